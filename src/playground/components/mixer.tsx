/** The shares of a mix. */

import type { MixPart } from '../../network/mix.ts';
import { MIN_SHARE, percents, shares, withoutStyle, withShare } from '../mixing.ts';
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
  const shown = percents(mix);
  return (
    <fieldset class="mix" aria-label="Shares of the mix">
      {shares(mix).map(({ style, weight }, i) => (
        <div class="part" key={style}>
          <Slider
            label={titleOf(style)}
            minimum={MIN_SHARE}
            maximum={1 - MIN_SHARE * (mix.length - 1)}
            step={MIN_SHARE}
            value={weight}
            shown={`${shown[i]} %`}
            onChange={(share) => onMix(withShare(mix, style, share))}
          />
          <button
            type="button"
            class="small"
            aria-label={`Remove ${titleOf(style)} from the mix`}
            onClick={() => onMix(withoutStyle(mix, style))}
          >
            ×
          </button>
        </div>
      ))}
    </fieldset>
  );
}
