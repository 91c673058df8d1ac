/** How quantities move over a training run. */

export interface RateSchedule {
  readonly peak: number;
  readonly steps: number;
  /** Steps in which the rate rises to its peak. */
  readonly warmUp: number;
  /** Part of the peak that is left at the end, 0..1; at 1 the rate does not fall. */
  readonly floor: number;
}

/** Rises linearly over the first steps, then falls along a cosine to its floor. `step` from 0. */
export function learningRate(step: number, { peak, steps, warmUp, floor }: RateSchedule): number {
  const risen = Math.min(1, (step + 1) / Math.max(1, warmUp));
  const cosine = 0.5 * (1 + Math.cos((Math.PI * step) / steps));
  return peak * risen * (floor + (1 - floor) * cosine);
}

/** Decay of the moving average after `count` steps: short at first, then a thousand steps long. */
export function averageDecay(count: number): number {
  return Math.min(0.999, (count + 1) / (count + 10));
}

/** From the first step to the last; both the same for what stays. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const CURVES = ['linear', 'cosine'] as const;
export type Curve = (typeof CURVES)[number];

/** The value of a range at a progress of 0..1; along a cosine it lingers at both ends. */
export function valueAt({ from, to }: Range, progress: number, curve: Curve): number {
  const part = curve === 'linear' ? progress : 0.5 * (1 - Math.cos(Math.PI * progress));
  return from + (to - from) * part;
}

/** Crops come in sides of so many pixels, so that a growing side means few different shapes. */
const CROP_STEP = 16;

/** The side of a crop at a progress of 0..1: a multiple of 16 within the range, or its nearer end. */
export function cropSide(range: Range, progress: number): number {
  if (range.from === range.to) return range.from;
  const side = Math.round(valueAt(range, progress, 'linear') / CROP_STEP) * CROP_STEP;
  const [low, high] = [Math.min(range.from, range.to), Math.max(range.from, range.to)];
  return Math.min(high, Math.max(low, side));
}
