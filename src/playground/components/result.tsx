/** How it went, and what can be taken away. */

import { useCopy } from '../copy.ts';
import type { PaintingState } from '../painting.ts';
import type { Photo } from '../photo.ts';
import { mixText, type Settings } from '../settings.ts';

interface ResultProps {
  readonly state: PaintingState;
  readonly photo: Photo;
  readonly settings: Settings;
}

export function Result({ state: { painting, busy, error }, photo, settings }: ResultProps) {
  const { outcome, copy } = useCopy();
  return (
    <div class="result">
      <p role="status" class="status">
        {busy ? 'Painting…' : painting ? timing(painting) : ''}
      </p>
      {error && <p role="alert">{error}</p>}
      {painting && (
        <div class="bring">
          <a class="button" href={painting.url} download={fileName(photo.name, settings)}>
            Download the painting
          </a>
          <button type="button" aria-live="polite" onClick={() => copy(location.href)}>
            {outcome ?? 'Copy a link to these settings'}
          </button>
        </div>
      )}
    </div>
  );
}

function timing({ totalMs, networkMs }: NonNullable<PaintingState['painting']>): string {
  const network =
    networkMs === undefined ? '' : `, of which the network ${Math.round(networkMs)} ms`;
  return `Painted in ${Math.round(totalMs)} ms${network}.`;
}

function fileName(photo: string, { mix }: Settings): string {
  const stem = photo.replace(/\.[^.]*$/, '') || 'painting';
  return `${stem}-${mixText(mix).replaceAll(/[:,]/g, '-')}.jpg`;
}
