/** The weights of a mix. */

import type { MixPart } from '../../network/mix.ts';
import type { WireStyle } from '../wire.ts';
import { Slider } from './slider.tsx';

interface MixerProps {
  readonly styles: readonly WireStyle[];
  readonly mix: readonly MixPart[];
  readonly onMix: (mix: readonly MixPart[]) => void;
}

export function Mixer({ styles, mix, onMix }: MixerProps) {
  if (mix.length === 1) return null;
  const titleOf = (id: string) => styles.find((style) => style.id === id)?.title ?? id;
  const sum = mix.reduce((total, { weight }) => total + weight, 0);
  return (
    <section aria-labelledby="mix">
      <h2 id="mix">Mix</h2>
      {mix.map(({ style, weight }) => (
        <div class="part" key={style}>
          <Slider
            label={titleOf(style)}
            minimum={0.05}
            maximum={1}
            step={0.05}
            value={weight}
            shown={`${Math.round((100 * weight) / sum)} %`}
            onChange={(changed) =>
              onMix(mix.map((part) => (part.style === style ? { style, weight: changed } : part)))
            }
          />
          <button
            type="button"
            aria-label={`Remove ${titleOf(style)} from the mix`}
            onClick={() => onMix(mix.filter((part) => part.style !== style))}
          >
            ×
          </button>
        </div>
      ))}
    </section>
  );
}
