/** Everything about a painting but its style: a control for each option that has a label. */

import { camelCase, type NumberOption } from '../../options/option.ts';
import { controls, type Settings, settingOf } from '../settings.ts';
import { Checkbox } from './checkbox.tsx';
import { SizeChoice } from './size-choice.tsx';
import { Slider } from './slider.tsx';

interface OptionsProps {
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
}

const STEP = 0.05;

export function Options({ settings, onChange }: OptionsProps) {
  const change = (name: string) => (value: number | boolean | undefined) =>
    onChange({ ...settings, [camelCase(name)]: value });
  const all = controls().map(([name, option]) => ({
    name,
    option,
    value: settingOf(settings, name),
  }));
  return (
    <section aria-labelledby="options">
      <h2 id="options">Options</h2>
      {all.map(({ name, option, value }) =>
        option.kind === 'number' && option.unit === undefined && typeof value === 'number' ? (
          <Slider
            key={name}
            {...option}
            step={STEP}
            value={value}
            shown={shown(option, value)}
            onChange={change(name)}
          />
        ) : undefined,
      )}
      <div class="choices">
        {all.map(({ name, option, value }) => {
          if (option.kind === 'switch') {
            const isChecked = value === true;
            return (
              <Checkbox key={name} {...option} isChecked={isChecked} onChange={change(name)} />
            );
          }
          const isSize = option.kind === 'number' && option.unit === 'pixels';
          return isSize ? (
            <SizeChoice
              key={name}
              {...option}
              pixels={typeof value === 'number' ? value : undefined}
              onChange={change(name)}
            />
          ) : undefined;
        })}
      </div>
    </section>
  );
}

/** Parts as percent, all else as a factor. */
function shown({ minimum, maximum }: NumberOption, value: number): string {
  return minimum === 0 && maximum === 1 ? `${Math.round(value * 100)} %` : `× ${value}`;
}
