/** How the learning rate and the average's decay move over a training run. */

export interface RateSchedule {
  readonly peak: number;
  readonly steps: number;
}

const WARM_UP_STEPS = 50;

/** Part of the peak that is left at the end. */
const FLOOR = 0.03;

/** Rises linearly over the first steps, then falls along a cosine to a small rest. `step` from 0. */
export function learningRate(step: number, { peak, steps }: RateSchedule): number {
  const warmUp = Math.min(1, (step + 1) / WARM_UP_STEPS);
  const cosine = 0.5 * (1 + Math.cos((Math.PI * step) / steps));
  return peak * warmUp * (FLOOR + (1 - FLOOR) * cosine);
}

/** Decay of the moving average after `count` steps: short at first, then a thousand steps long. */
export function averageDecay(count: number): number {
  return Math.min(0.999, (count + 1) / (count + 10));
}
