/** How large a painting is at most. */

import { useId } from 'preact/hooks';

const SIZES = [640, 1280, 2048];

interface SizeChoiceProps {
  readonly label: string;
  /** Long edge; undefined for the photograph's own. */
  readonly pixels: number | undefined;
  readonly onChange: (pixels: number | undefined) => void;
}

export function SizeChoice({ label, pixels, onChange }: SizeChoiceProps) {
  const id = useId();
  return (
    <label for={id}>
      {label}
      <select
        id={id}
        value={String(pixels ?? '')}
        onChange={({ currentTarget: { value } }) =>
          onChange(value === '' ? undefined : Number(value))
        }
      >
        {sizesWith(pixels).map((side) => (
          <option key={side} value={side}>
            {side} pixels
          </option>
        ))}
        <option value="">as the photograph</option>
      </select>
    </label>
  );
}

/** A link may bring a size of its own. */
function sizesWith(pixels: number | undefined): number[] {
  const all = new Set([...SIZES, ...(pixels === undefined ? [] : [pixels])]);
  return [...all].sort((a, b) => a - b);
}
