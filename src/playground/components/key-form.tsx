/** Asks for a key. */

import { useId } from 'preact/hooks';
import { enterKey } from '../key.ts';

/** `problem` is what the service said of the key before. */
export function KeyForm({ problem }: { problem: string | undefined }) {
  const id = useId();
  return (
    <form
      class="key"
      onSubmit={(event) => {
        event.preventDefault();
        enterKey(String(new FormData(event.currentTarget).get('key') ?? ''));
      }}
    >
      <p>This service paints for holders of a key.</p>
      {problem && <p role="alert">{problem}</p>}
      <label for={id}>
        Key
        <input id={id} name="key" type="password" required autocomplete="off" spellcheck={false} />
      </label>
      <button type="submit">Use this key</button>
      <p class="status">
        It is kept in this tab until you close it, and sent to this service only.
      </p>
    </form>
  );
}
