/** What was painted here lately, to go on with. */

import { useObjectUrl } from '../object-url.ts';
import { forgetRecent, type Recent } from '../recent.ts';

interface RecentsProps {
  readonly recent: readonly Recent[];
  readonly onOpen: (recent: Recent) => void;
}

export function Recents({ recent, onOpen }: RecentsProps) {
  return (
    <section class="pairs recents" aria-labelledby="recents">
      <div class="heading">
        <h2 id="recents">Lately, on this device</h2>
        <button type="button" class="small" onClick={() => void forgetRecent()}>
          Forget them
        </button>
      </div>
      <ul>
        {recent.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              class="pair"
              aria-label={`${one.name}, ${new URLSearchParams(one.fragment).get('style')}`}
              onClick={() => onOpen(one)}
            >
              <Thumbnail picture={one.thumbnail} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Thumbnail({ picture }: { picture: Blob }) {
  return <img src={useObjectUrl(picture)} alt="" width={240} height={160} />;
}
