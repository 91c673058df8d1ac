/** Makes a style of a picture that the visitor has: chosen or dropped, described, learned. */

import { useId, useRef, useState } from 'preact/hooks';
import { freeId, type Learning, useNow } from '../learning.ts';
import { useObjectUrl } from '../object-url.ts';
import { learningText, shareDone, useTold } from '../progress.ts';
import type { WireStyle } from '../wire.ts';
import { Icon } from './icon.tsx';

interface LearnProps {
  readonly styles: readonly WireStyle[];
  readonly learning: Learning;
  /** Whether a style is there at once. */
  readonly isInstant: boolean;
}

/** As often as the server paints another preview. */
const PREVIEW_EVERY_MS = 4000;

export function Learn({ styles, learning, isInstant }: LearnProps) {
  const input = useRef<HTMLInputElement>(null);
  const [painting, setPainting] = useState<File>();
  const { job, busy, error, begin, cancel } = learning;
  const progress = useTold(learningText(job));
  const preview = useNow(job?.preview ?? undefined, PREVIEW_EVERY_MS);
  return (
    <section
      class="learn"
      aria-labelledby="learn"
      onDrop={(event) => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (file && !busy) setPainting(file);
      }}
    >
      <h2 id="learn">A style of your own</h2>
      <input
        ref={input}
        id="painting"
        type="file"
        accept="image/*"
        aria-label="Choose a painting"
        class="hidden"
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          setPainting(currentTarget.files?.[0]);
          currentTarget.value = '';
        }}
      />
      {!busy && (
        <button type="button" class="small" onClick={() => input.current?.click()}>
          <Icon name="picture" />
          {painting ? 'Choose another picture' : 'Choose a picture'}
        </button>
      )}
      {!painting && (
        <p class="hint">
          Or drop one here: a painting, a fabric, anything with a manner of its own.
        </p>
      )}
      {painting && !busy && (
        <Wish
          key={painting.name}
          painting={painting}
          takes={isInstant ? 'It is there at once' : 'It takes some minutes'}
          onWish={(title, rights) => {
            begin(painting, { id: freeId(title, styles), title, rights });
            setPainting(undefined);
          }}
        />
      )}
      {busy && (
        <div class="lesson">
          {preview && <img src={preview} crossOrigin="anonymous" alt="How it paints so far" />}
          <p role="status" class="status">
            {progress}
          </p>
          {job && (
            <progress
              value={shareDone(job)}
              max={1}
              aria-label="How much of the style is learned"
            />
          )}
          <button type="button" class="small" onClick={cancel}>
            Cancel
          </button>
        </div>
      )}
      {error && <p role="alert">{error}</p>}
    </section>
  );
}

interface WishProps {
  readonly painting: File;
  /** How long, in words. */
  readonly takes: string;
  readonly onWish: (title: string, rights: string) => void;
}

function Wish({ painting, takes, onWish }: WishProps) {
  const url = useObjectUrl(painting);
  return (
    <form
      class="key"
      onSubmit={(event) => {
        event.preventDefault();
        const fields = new FormData(event.currentTarget);
        onWish(String(fields.get('title')), String(fields.get('rights')));
      }}
    >
      <img class="chosen" src={url} alt="What it will be learned from" />
      <Field name="title" label="Its title" value={painting.name.replace(/\.[^.]*$/, '')} />
      <Field name="rights" label="Why you may use it" value="My own work" />
      <button type="submit" class="primary">
        Make it a style
      </button>
      <p class="status">{takes}, and stays on this service until you delete it.</p>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  /** To begin with. */
  readonly value: string;
}

/** Text that may not be blank. */
function Field({ name, label, value }: FieldProps) {
  const id = useId();
  return (
    <label for={id}>
      {label}
      <input id={id} name={name} required maxLength={300} pattern=".*\S.*" defaultValue={value} />
    </label>
  );
}
