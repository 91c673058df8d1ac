/** What the options of `impasto train` say, and the run they ask for. */

import type { Precision } from '../../training/precision.ts';
import { RECIPE, type TrainingOptions } from '../../training/recipe.ts';
import type { Curve, Range } from '../../training/schedule.ts';
import { UsageError } from '../outputs.ts';
import { type ObjectiveFlags, toObjectiveOptions } from './objective-flags.ts';
import type { WorkerFlags } from './workers.ts';

export interface TrainFlags extends ObjectiveFlags, WorkerFlags {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly year: string;
  readonly rights: string;
  readonly photos: string;
  readonly masks?: string;
  readonly from: string;
  readonly steps: number;
  readonly batch: number;
  readonly crop: Range;
  readonly photoScale: Range;
  readonly groundShare: number;
  readonly contentWeight: Range;
  readonly styleWeight: Range;
  readonly weightCurve: Curve;
  readonly gradientRatio?: number;
  readonly learningRate: number;
  readonly warmUp: number;
  readonly learningRateFloor: number;
  readonly maxGradientNorm: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly checkpoint?: string;
  readonly checkpointEvery: number;
  readonly log?: string;
  readonly tensorboard?: string;
  readonly samples?: string;
  readonly sampleEvery: number;
}

/** Throws a {@link UsageError} where options do not go together. */
export function trainingOptions(flags: TrainFlags): TrainingOptions {
  const { steps, batch, crop, photoScale, groundShare, seed, precision, workers } = flags;
  const { learningRate, warmUp, learningRateFloor, maxGradientNorm } = flags;
  const { contentWeight, styleWeight, weightCurve, gradientRatio } = flags;
  if (batch % workers !== 0) {
    throw new UsageError(`Expected a --batch that ${workers} workers can share, got ${batch}.`);
  }
  if (flags.masks !== undefined && flags.attention === 0) {
    throw new UsageError('Expected --attention above 0 beside --masks.');
  }
  return {
    steps,
    batch,
    crop,
    photoScale,
    groundShare,
    learningRate,
    warmUp,
    learningRateFloor,
    maxGradientNorm,
    contentWeight,
    styleWeight,
    weightCurve,
    gradientRatio,
    fixedWeights: { ...RECIPE.fixedWeights, totalVariation: flags.tvWeight },
    objective: toObjectiveOptions(flags, Math.min(crop.from, crop.to)),
    precision,
    seed,
  };
}
