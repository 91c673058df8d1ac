/** Photograph and painting, one over the other, with a slider between them. */

import { useState } from 'preact/hooks';
import type { Painting } from '../painting.ts';
import type { Photo } from '../photo.ts';

interface ComparisonProps {
  readonly photo: Photo;
  readonly painting: Painting | undefined;
  readonly busy: boolean;
}

export function Comparison({ photo, painting, busy }: ComparisonProps) {
  const [shown, setShown] = useState(20);
  return (
    <figure class="comparison" aria-busy={busy}>
      <img src={photo.url} alt="The photograph" width={photo.width} height={photo.height} />
      {painting && (
        <img
          class="painting"
          src={painting.url}
          alt="The painting"
          width={photo.width}
          height={photo.height}
          style={{ clipPath: `inset(0 0 0 ${shown}%)` }}
        />
      )}
      {painting && (
        <>
          <div class="divider" style={{ left: `${shown}%` }} aria-hidden="true" />
          <input
            type="range"
            min={0}
            max={100}
            value={shown}
            aria-label="How much of the photograph is shown"
            onInput={({ currentTarget }) => setShown(Number(currentTarget.value))}
          />
        </>
      )}
    </figure>
  );
}
