/** A number between two others. */

import { useId } from 'preact/hooks';

interface SliderProps {
  readonly label: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  readonly value: number;
  /** The value as people read it. */
  readonly shown: string;
  readonly onChange: (value: number) => void;
}

export function Slider({ label, minimum, maximum, step, value, shown, onChange }: SliderProps) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={minimum}
        max={maximum}
        step={step}
        value={value}
        aria-valuetext={shown}
        onInput={({ currentTarget }) => onChange(Number(currentTarget.value))}
      />
      <output for={id}>{shown}</output>
    </div>
  );
}
