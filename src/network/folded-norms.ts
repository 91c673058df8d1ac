/**
 * Norms whose statistics are known are a factor and a shift for each channel, and so a part of the convolution before
 * them: nothing more is done to the pixels.
 */

import type { ActivationRanges } from './activation-ranges.ts';
import { type Convolution, type InstanceNorm, NORM_EPSILON } from './layers.ts';
import type { NormStatistics } from './norm-statistics.ts';
import type { Pass, Step } from './passes.ts';
import { type Tensor, tensorOf, type Weights } from './weights.ts';

export interface FoldedPass {
  readonly pass: Pass;
  readonly weights: Weights;
}

export type FoundStatistics = ReadonlyMap<InstanceNorm, NormStatistics>;

/** Whether there is anything to fold: norms after convolutions of the pass that compute in float32. */
export function hasFoldedNorms({ steps }: Pass, ranges: ActivationRanges | undefined): boolean {
  return steps.some((_, index) => isFolded(steps, index, ranges));
}

/** The pass without those norms, and the weights with them. Throws a `TypeError` where statistics are missing. */
export function withFoldedNorms(
  pass: Pass,
  weights: Weights,
  ranges: ActivationRanges | undefined,
  statistics: FoundStatistics,
): FoldedPass {
  const folded = new Map(weights);
  const steps = pass.steps.flatMap((step, index): Step[] => {
    if (isFolded(pass.steps, index, ranges)) return [];
    const norm = pass.steps[index + 1];
    if (step.kind !== 'convolution' || norm?.kind !== 'instanceNorm') return [step];
    if (!isFolded(pass.steps, index + 1, ranges)) return [step];
    const known = statistics.get(norm);
    if (known === undefined) throw new TypeError(`Nothing is known yet of ${norm.name}.`);
    for (const [name, tensor] of foldedTensors(step, norm, weights, known))
      folded.set(name, tensor);
    return [{ ...step, bias: true }];
  });
  return { pass: { ...pass, steps }, weights: folded };
}

function isFolded(
  steps: readonly Step[],
  index: number,
  ranges: ActivationRanges | undefined,
): boolean {
  const before = steps[index - 1];
  const isNorm = steps[index]?.kind === 'instanceNorm';
  return isNorm && before?.kind === 'convolution' && !ranges?.has(before.name);
}

function foldedTensors(
  { name, bias }: Convolution,
  norm: InstanceNorm,
  weights: Weights,
  { means, variances }: NormStatistics,
): [string, Tensor][] {
  const [gamma, beta] = ['gamma', 'beta'].map((part) => tensorOf(weights, `${norm.name}/${part}`));
  const own = bias ? tensorOf(weights, `${name}/bias`).data : undefined;
  const kernel = tensorOf(weights, `${name}/kernel`);
  const channels = norm.channels * norm.phases;
  const channelOf = (output: number) => Math.floor(output / norm.phases);
  const factors = Array.from({ length: channels }, (_, output) => {
    const channel = channelOf(output);
    return gamma!.data[channel]! / Math.sqrt(variances[channel]! + NORM_EPSILON);
  });
  const shifts = Float32Array.from(factors, (factor, output) => {
    const channel = channelOf(output);
    return beta!.data[channel]! + ((own?.[output] ?? 0) - means[channel]!) * factor;
  });
  // Outputs are the last dimension of a kernel.
  const data = kernel.data.map((weight, i) => weight * factors[i % channels]!);
  return [
    [`${name}/kernel`, { ...kernel, data }],
    [`${name}/bias`, { shape: [channels], data: shifts }],
  ];
}
