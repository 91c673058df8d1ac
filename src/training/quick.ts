/** Learning a painting in about a minute: few steps, from a style that is near already. */

import { type GivenValues, withDefaults } from './hyperparameter.ts';
import { TRAINING, type TrainingValues } from './hyperparameters.ts';
import { always } from './recipe.ts';

/**
 * From the nearest style. Muon at this rate gets further in so many steps than at 0.003; at 0.02, the rate for long runs,
 * it first undoes what the start has learned (docs/training.md has the figures).
 */
const QUICK = {
  steps: 100,
  batch: 2,
  crop: always(192),
  learningRate: 1e-3,
  muonRate: 0.008,
  warmUp: 5,
} as const satisfies GivenValues<typeof TRAINING>;

/** Photographs that a short run reads, of however many there are. */
export const QUICK_PHOTOGRAPHS = 200;

export interface QuickChoices {
  readonly steps?: number | undefined;
  readonly contentWeight?: number | undefined;
  readonly styleWeight?: number | undefined;
}

export const QUICK_STEPS = QUICK.steps;

export function quickValues({ steps, contentWeight, styleWeight }: QuickChoices): TrainingValues {
  return withDefaults(TRAINING, {
    ...QUICK,
    steps: steps ?? QUICK.steps,
    ...(contentWeight !== undefined && { contentWeight: always(contentWeight) }),
    ...(styleWeight !== undefined && { styleWeight: always(styleWeight) }),
  });
}

/** At most so many of them, at even distances. */
export function spread<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from(
    { length: Math.min(most, all.length) },
    (_, i) => all[Math.floor(i * step)] as T,
  );
}
