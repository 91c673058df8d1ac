/**
 * Dynamic loss scaling (Micikevicius et al., "Mixed precision training", 2018): the loss is made so
 * large that its gradients survive in 16 bits, and less so when they overflow.
 */

import type { Precision } from './precision.ts';

export interface LossScale {
  readonly factor: number;
  /** Steps since the factor last changed. */
  readonly goodSteps: number;
}

const START = 2 ** 16;
const GROW_AFTER = 200;
const MOST = 2 ** 24;

/** Gradients that overflow even below this are not small ones that were scaled too much. */
const LEAST = 2 ** -10;

export function initialLossScale(precision: Precision): LossScale {
  return { factor: precision === 'float32' ? 1 : START, goodSteps: 0 };
}

/** After gradients that were not finite: half; undefined where that no longer helps. */
export function afterOverflow({ factor }: LossScale): LossScale | undefined {
  return factor / 2 < LEAST ? undefined : { factor: factor / 2, goodSteps: 0 };
}

/** After finite gradients; long enough without overflow, the factor doubles. */
export function afterGoodStep(scale: LossScale, precision: Precision): LossScale {
  if (precision === 'float32') return scale;
  const goodSteps = scale.goodSteps + 1;
  if (goodSteps < GROW_AFTER) return { ...scale, goodSteps };
  return { factor: Math.min(MOST, scale.factor * 2), goodSteps: 0 };
}
