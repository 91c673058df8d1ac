/** All styles, each as it paints the visitor's photograph. */

import type { MixPart } from '../../network/mix.ts';
import type { Previews } from '../previews.ts';
import { MAX_PARTS } from '../settings.ts';
import type { WireStyle } from '../wire.ts';

interface GalleryProps {
  readonly styles: readonly WireStyle[];
  readonly previews: Previews;
  readonly mix: readonly MixPart[];
  readonly onMix: (mix: readonly MixPart[]) => void;
}

export function Gallery({ styles, previews, mix, onMix }: GalleryProps) {
  const full = mix.length >= MAX_PARTS;
  return (
    <section aria-labelledby="styles">
      <h2 id="styles">Style</h2>
      <ul class="gallery">
        {styles.map(({ id, title, artist, year, preview_url }) => {
          const chosen = mix.some(({ style }) => style === id);
          return (
            <li key={id} class={chosen ? 'chosen' : ''}>
              <button
                type="button"
                aria-pressed={chosen}
                title={`${title}, ${artist}, ${year}`}
                onClick={() => onMix([{ style: id, weight: 1 }])}
              >
                <img
                  src={previews.get(id) ?? preview_url}
                  alt=""
                  class={previews.has(id) ? '' : 'sample'}
                  loading="lazy"
                />
                <span>{title}</span>
              </button>
              {!chosen && !full && (
                <button
                  type="button"
                  class="add"
                  aria-label={`Add ${title} to the mix`}
                  title="Add to the mix"
                  onClick={() => onMix([...mix, { style: id, weight: 1 }])}
                >
                  +
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
