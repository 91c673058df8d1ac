/** Everything about a painting but its style. */

import { useId } from 'preact/hooks';
import type { Settings } from '../settings.ts';
import { Slider } from './slider.tsx';

const SIZES = [512, 1024, 2048];

interface OptionsProps {
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
}

export function Options({ settings, onChange }: OptionsProps) {
  const [colors, background, size] = [useId(), useId(), useId()];
  const { strength, strokeSize, detail, preserveColors, preserveBackground, maxSize } = settings;
  return (
    <section aria-labelledby="options">
      <h2 id="options">Options</h2>
      <Slider
        label="Strength"
        least={0}
        most={1}
        step={0.05}
        value={strength}
        shown={`${Math.round(strength * 100)} %`}
        onChange={(value) => onChange({ ...settings, strength: value })}
      />
      <Slider
        label="Stroke size"
        least={0.25}
        most={4}
        step={0.05}
        value={strokeSize}
        shown={`× ${strokeSize}`}
        onChange={(value) => onChange({ ...settings, strokeSize: value })}
      />
      <Slider
        label="Detail of large pictures"
        least={0}
        most={1}
        step={0.05}
        value={detail}
        shown={`${Math.round(detail * 100)} %`}
        onChange={(value) => onChange({ ...settings, detail: value })}
      />
      <div class="choices">
        <label for={colors}>
          <input
            id={colors}
            type="checkbox"
            checked={preserveColors}
            onChange={({ currentTarget }) =>
              onChange({ ...settings, preserveColors: currentTarget.checked })
            }
          />
          Keep the photograph's colors
        </label>
        <label for={background}>
          <input
            id={background}
            type="checkbox"
            checked={preserveBackground}
            onChange={({ currentTarget }) =>
              onChange({ ...settings, preserveBackground: currentTarget.checked })
            }
          />
          Keep a white background
        </label>
        <label for={size}>
          Size
          <select
            id={size}
            value={String(maxSize ?? '')}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...settings, maxSize: value === '' ? undefined : Number(value) })
            }
          >
            {sizesWith(maxSize).map((side) => (
              <option key={side} value={side}>
                {side} pixels
              </option>
            ))}
            <option value="">as the photograph</option>
          </select>
        </label>
      </div>
    </section>
  );
}

/** A link may bring a size of its own. */
function sizesWith(size: number | undefined): number[] {
  const all = new Set([...SIZES, ...(size === undefined ? [] : [size])]);
  return [...all].sort((a, b) => a - b);
}
