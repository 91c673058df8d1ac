/** The training run: crops, losses, gradients, Adam, moving average; stopped and resumed anywhere. */

import * as tf from '@tensorflow/tfjs-core';
import { networkOf, type Tensor, tensorOf, type Weights } from '../network/weights.ts';
import type { Picture } from '../pictures/picture.ts';
import { type AdamState, clipped, globalNorm, initialAdam, movingAverage } from './adam.ts';
import { BALANCE_EVERY, balancedStyleWeight } from './balance.ts';
import { cropped, randomCrops, randomSequence, toTensor } from './crops.ts';
import { DivergedError } from './diverged.ts';
import { totalLoss } from './evaluation.ts';
import type { Exchange } from './exchange.ts';
import { type Batch, evaluate, gradientEnergies, type LossTerms, type Task } from './gradients.ts';
import { onGrounds } from './grounds.ts';
import { surroundings } from './halo.ts';
import type { LossNetwork } from './loss-network/loss-network.ts';
import { afterGoodStep, afterOverflow, initialLossScale, type LossScale } from './loss-scale.ts';
import { freshNoise, paddedSide } from './noise.ts';
import { LOSS_NAMES, type LossWeights, photoTargets } from './objective.ts';
import { optimizerStep } from './optimizer.ts';
import type { TrainingOptions } from './recipe.ts';
import { roundingTo } from './rounding.ts';
import { averageDecay, cropSide, learningRate, valueAt } from './schedule.ts';
import { styleTargets } from './style-targets.ts';

/** Pixels mirrored around each crop while training. */
const MARGIN = 8;

/** Everything a run needs to go on as if it had never stopped. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  readonly weights: Weights;
  /** Moving average of the weights: what ships. */
  readonly average: Weights;
  readonly adam: AdamState;
  /** Where the adaptive balance has brought the style weight. */
  readonly styleWeight: number;
  readonly lossScale: LossScale;
}

export interface StepReport {
  /** From 1. */
  readonly step: number;
  readonly terms: LossTerms;
  readonly lossWeights: LossWeights;
  /** The weighted sum of the terms. */
  readonly total: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly lossScale: number;
  /** Whether gradients overflowed, so that the weights stayed as they were. */
  readonly skipped: boolean;
}

export interface TrainingData {
  readonly photos: readonly Picture[];
  /** For each photograph, in the same order, a picture that is white where shape is to be kept. */
  readonly masks?: readonly Picture[];
  /** The paintings to learn, at the size whose brush strokes are wanted, and their weights. */
  readonly paintings: readonly { readonly picture: Picture; readonly weight: number }[];
}

export function initialState(weights: Weights, options: TrainingOptions): TrainingState {
  return {
    step: 0,
    weights,
    average: weights,
    adam: initialAdam(weights),
    styleWeight: options.styleWeight.from,
    lossScale: initialLossScale(options.precision),
  };
}

/**
 * Runs the steps that are left, one yielded state at a time. The same state, data and options give
 * the same states on the same machine. Each worker of the exchange takes an equal share of every
 * batch, and all of them yield the same states. Throws a {@link DivergedError} on losses or
 * gradients that are not finite.
 */
export async function* train(
  start: TrainingState,
  data: TrainingData,
  lossNetwork: LossNetwork,
  options: TrainingOptions,
  exchange: Exchange,
): AsyncGenerator<{ state: TrainingState; report: StepReport }> {
  const targets = tf.tidy(() => {
    const paintings = data.paintings.map(({ picture, weight }) => ({
      pixels: toTensor(picture),
      weight,
    }));
    return styleTargets(lossNetwork, paintings, options.objective);
  });
  const round = roundingTo(options.precision);
  const objective = { lossNetwork, styleTargets: targets, options: options.objective, round };
  const task = { network: networkOf(start.weights), objective, margin: MARGIN };
  try {
    let state = start;
    while (state.step < options.steps) {
      const next = await trainStep(state, task, data, options, exchange);
      state = next.state;
      yield next;
    }
  } finally {
    tf.dispose(targets);
  }
}

async function trainStep(
  state: TrainingState,
  task: Task,
  data: TrainingData,
  options: TrainingOptions,
  exchange: Exchange,
): Promise<{ state: TrainingState; report: StepReport }> {
  const batch = await nextBatch(state.step, task, data, options, exchange);
  try {
    const styleWeight = await nextStyleWeight(state, task, batch, options, exchange);
    const lossWeights = lossWeightsAt(state.step, styleWeight, options);
    const scale = state.lossScale.factor;
    const own = evaluate(task, state.weights, batch, lossWeights, scale);
    const { terms, gradients } = await averaged(own, exchange);
    return update({ ...state, styleWeight }, terms, gradients, lossWeights, options);
  } finally {
    const { photos, noise, blemishes, targets } = batch;
    tf.dispose(
      [photos, noise, blemishes?.around, targets.scales].filter((held) => held !== undefined),
    );
  }
}

/** This worker's share of a step's crops. */
async function nextBatch(
  step: number,
  task: Task,
  { photos, masks }: TrainingData,
  { batch, crop, photoScale, groundShare, steps, seed, fixedWeights }: TrainingOptions,
  { rank, size, mean }: Exchange,
): Promise<Batch> {
  const side = cropSide(crop, step / steps);
  const all = randomCrops(photos, batch, side, randomSequence(seed, step), photoScale);
  const share = batch / size;
  const first = rank * share;
  const own = all.slice(first, first + share);
  // A mask says where shape is to be kept, which on another ground it would not.
  const grounds = masks ? 0 : groundShare;
  const place = { seed, step, first };
  const shown = onGrounds(cropped(photos, own, side), grounds, place);
  const around = fixedWeights.halo > 0 ? surroundings(shown.covered) : undefined;
  shown.covered.dispose();
  const mask = masks && tf.tidy(() => firstChannel(cropped(masks, own, side)));
  const targets = photoTargets(task.objective, shown.photos, mask);
  mask?.dispose();
  const noise = task.network.noise
    ? freshNoise(seed, step, { first, count: share }, paddedSide(task, side))
    : undefined;
  return {
    photos: shown.photos,
    noise,
    blemishes: { lattice: fixedWeights.lattice > 0, around },
    targets: { ...targets, meanSquares: await mean(targets.meanSquares) },
  };
}

function firstChannel(pictures: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width] = pictures.shape;
  return tf.slice4d(pictures, [0, 0, 0, 0], [batch, height, width, 1]);
}

async function nextStyleWeight(
  { step, weights, styleWeight }: TrainingState,
  task: Task,
  batch: Batch,
  options: TrainingOptions,
  exchange: Exchange,
): Promise<number> {
  if (options.gradientRatio === undefined || step % BALANCE_EVERY !== 0) return styleWeight;
  const own = Float32Array.from(gradientEnergies(task, weights, batch));
  const [content = Number.NaN, style = Number.NaN] = await exchange.mean(own);
  const contentWeight = lossWeightsAt(step, styleWeight, options).content;
  const pull = { energies: [content, style] as const, contentWeight };
  return balancedStyleWeight(styleWeight, pull, options.gradientRatio);
}

function lossWeightsAt(step: number, adapted: number, options: TrainingOptions): LossWeights {
  const { steps, contentWeight, styleWeight, weightCurve, gradientRatio, fixedWeights } = options;
  const at = (range: typeof contentWeight) => valueAt(range, step / steps, weightCurve);
  const style = gradientRatio === undefined ? at(styleWeight) : adapted;
  return { content: at(contentWeight), style, ...fixedWeights };
}

function learningRateAt(step: number, options: TrainingOptions): number {
  const { learningRate: peak, steps, warmUp, learningRateFloor: floor } = options;
  return learningRate(step, { peak, steps, warmUp, floor });
}

/** The mean over the workers of their terms and gradients. */
async function averaged(
  { terms, gradients }: { terms: LossTerms; gradients: Weights },
  exchange: Exchange,
): Promise<{ terms: LossTerms; gradients: Weights }> {
  if (exchange.size === 1) return { terms, gradients };
  const parts = [...gradients.values()].map(({ data }) => data);
  const losses = LOSS_NAMES.map((name) => terms[name]);
  const length = parts.reduce((sum, part) => sum + part.length, losses.length);
  const message = new Float32Array(length);
  message.set(losses);
  let offset = losses.length;
  for (const part of parts) {
    message.set(part, offset);
    offset += part.length;
  }
  return unpacked(await exchange.mean(message), gradients);
}

function unpacked(message: Float32Array, like: Weights): { terms: LossTerms; gradients: Weights } {
  const losses = LOSS_NAMES.map((name, i) => [name, message[i]]);
  let offset = LOSS_NAMES.length;
  const gradients = [...like.keys()].map((name): [string, Tensor] => {
    const { shape, data } = tensorOf(like, name);
    const part = message.slice(offset, offset + data.length);
    offset += data.length;
    return [name, { shape, data: part }];
  });
  return { terms: Object.fromEntries(losses) as LossTerms, gradients: new Map(gradients) };
}

function update(
  state: TrainingState,
  terms: LossTerms,
  gradients: Weights,
  lossWeights: LossWeights,
  options: TrainingOptions,
): { state: TrainingState; report: StepReport } {
  const total = totalLoss(terms, lossWeights);
  const gradientNorm = globalNorm(gradients);
  const rate = learningRateAt(state.step, options);
  const step = state.step + 1;
  const report = {
    step,
    terms,
    lossWeights,
    total,
    gradientNorm,
    learningRate: rate,
    lossScale: state.lossScale.factor,
  };
  if (!Number.isFinite(gradientNorm) || !Number.isFinite(total)) {
    const retry = options.precision !== 'float32' && Number.isFinite(total);
    const lossScale = retry ? afterOverflow(state.lossScale) : undefined;
    if (lossScale === undefined) {
      throw new DivergedError(
        `Step ${step} gave a loss of ${total} and a gradient of length ${gradientNorm}.`,
      );
    }
    return { state: { ...state, step, lossScale }, report: { ...report, skipped: true } };
  }
  const moved = optimizerStep(
    state.weights,
    clipped(gradients, options.maxGradientNorm),
    state.adam,
    { adam: rate, muon: (options.muonRate * rate) / options.learningRate },
  );
  return {
    state: {
      step,
      weights: moved.weights,
      average: movingAverage(state.average, moved.weights, averageDecay(step)),
      adam: moved.state,
      styleWeight: state.styleWeight,
      lossScale: afterGoodStep(state.lossScale, options.precision),
    },
    report: { ...report, skipped: false },
  };
}
