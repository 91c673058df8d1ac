/** A step of the weights: Adam for all, or Muon for the kernels of convolutions and Adam for the rest. */

import type { Weights } from '../network/weights.ts';
import { type AdamState, adamStep } from './adam.ts';
import { muonStep } from './muon.ts';

export interface LearningRates {
  readonly adam: number;
  /** 0 leaves the kernels to Adam. */
  readonly muon: number;
}

/** The state is Adam's; where Muon moves a kernel, its momentum stands in the place of Adam's mean. */
export function optimizerStep(
  weights: Weights,
  gradients: Weights,
  state: AdamState,
  rates: LearningRates,
): { weights: Weights; state: AdamState } {
  const all = adamStep(weights, gradients, state, rates.adam);
  if (rates.muon === 0) return all;
  const kernels = muonStep(weights, gradients, state.mean, rates.muon);
  return {
    weights: new Map([...all.weights, ...kernels.weights]),
    state: { ...all.state, mean: new Map([...all.state.mean, ...kernels.momentum]) },
  };
}
