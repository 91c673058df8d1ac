/** All styles, each as it paints the visitor's photograph, with the painting it was learned from. */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { MixPart } from '../../network/mix.ts';
import { useKey } from '../key.ts';
import { MAX_PARTS, withoutStyle, withStyle } from '../mixing.ts';
import type { Previews } from '../previews.ts';
import { type SampleName, samplePreviewUrl } from '../samples.ts';
import { tintUrl } from '../tints.ts';
import type { WireStyle } from '../wire.ts';
import { Mixer } from './mixer.tsx';

interface GalleryProps {
  readonly styles: readonly WireStyle[];
  /** Undefined for a photograph of the visitor's own. */
  readonly sample: SampleName | undefined;
  readonly previews: Previews;
  readonly mix: readonly MixPart[];
  readonly onMix: (mix: readonly MixPart[]) => void;
  readonly onDelete: (id: string) => void;
  /** Trains a style that was told at once; undefined where that cannot be now. */
  readonly onRefine: ((id: string) => void) | undefined;
}

export function Gallery(props: GalleryProps) {
  const { styles, sample, previews, mix, onMix, onDelete, onRefine } = props;
  const [mixing, setMixing] = useState(mix.length > 1);
  const list = useStripAtChosen(mix);
  const { isAsked } = useKey();
  const full = mixing && mix.length >= MAX_PARTS;
  const ids = useId();

  const choose = (id: string) => {
    if (!mixing) return onMix([{ style: id, weight: 1 }]);
    const isIn = mix.some(({ style }) => style === id);
    if (isIn && mix.length > 1) onMix(withoutStyle(mix, id));
    if (!isIn && !full) onMix(withStyle(mix, id));
  };

  return (
    <section aria-labelledby="styles" class="styles">
      <div class="heading">
        <h2 id="styles">Styles</h2>
        <button
          type="button"
          class="small"
          aria-pressed={mixing}
          onClick={() => {
            setMixing(!mixing);
            if (mixing) onMix(mix.slice(0, 1));
          }}
        >
          Mix styles
        </button>
      </div>
      {mixing && (
        <p class="hint" id={`${ids}-hint`} role="status">
          {full
            ? `${MAX_PARTS} styles are the most: more would turn gray. Take one away to add another.`
            : 'Choose up to three styles; choose one again to take it away.'}
        </p>
      )}
      <Mixer styles={styles} mix={mix} onMix={onMix} />
      <ul class="gallery" ref={list}>
        {styles.map(({ id, title, artist, year, preview_url, learned, instant }) => {
          const chosen = mix.some(({ style }) => style === id);
          const tint = tintUrl(id);
          const meanwhile = isAsked || tint === undefined ? preview_url : undefined;
          const src = previews.get(id) ?? samplePreviewUrl(sample, id) ?? meanwhile;
          return (
            <li key={id}>
              <button
                type="button"
                aria-pressed={chosen}
                aria-describedby={`${ids}-${id}`}
                aria-disabled={full && !chosen}
                onClick={() => choose(id)}
              >
                <span class="picture" style={{ backgroundImage: tint && `url(${tint})` }}>
                  {src && <img src={src} alt="" width={240} height={160} loading="lazy" />}
                </span>
                <span class="title">{title}</span>
              </button>
              <p class="by" id={`${ids}-${id}`}>
                {learned ? 'Mine' : `${artist}, ${year}`}
              </p>
              {learned && instant && onRefine && (
                <button
                  type="button"
                  class="act"
                  aria-label={`Refine ${title}`}
                  onClick={() => onRefine(id)}
                >
                  Refine
                </button>
              )}
              {learned && (
                <button
                  type="button"
                  class="act"
                  aria-label={`Delete ${title}`}
                  onClick={() => confirm(`Delete the style ${title}?`) && onDelete(id)}
                >
                  Delete
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Where styles are a strip, the first one that is chosen is in sight, whoever has chosen it. */
function useStripAtChosen(mix: readonly MixPart[]) {
  const first = mix[0]?.style;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const strip = list.current;
    const chosen = strip?.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (!strip || !chosen) return;
    const left = chosen.offsetLeft - strip.scrollLeft;
    if (left >= 0 && left + chosen.offsetWidth <= strip.clientWidth) return;
    strip.scrollLeft = chosen.offsetLeft - (strip.clientWidth - chosen.offsetWidth) / 2;
  }, [first]);
  return list;
}
