/** Losses of a batch and their gradient with respect to the network's parameters. */

import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../network/layers.ts';
import { type Tensor, tensorOf, type Weights } from '../network/weights.ts';
import { forward } from './network.ts';
import {
  type Blemishes,
  LOSS_NAMES,
  type LossTensors,
  type LossWeights,
  lossTensors,
  type Objective,
  type PhotoTargets,
  weightedSum,
} from './objective.ts';
import { scoped } from './scope.ts';

/** Unweighted losses of one batch, relative to their targets. */
export type LossTerms = Readonly<Record<(typeof LOSS_NAMES)[number], number>>;

export interface Batch {
  /** [n, h, w, 3] in 0..1. */
  readonly photos: tf.Tensor4D;
  /** [n, h, w, 1] in 0..1, for a network that sees noise. */
  readonly noise?: tf.Tensor4D | undefined;
  readonly blemishes?: Blemishes;
  readonly targets: PhotoTargets;
}

export interface Evaluation {
  readonly terms: LossTerms;
  /** Gradient of the weighted sum with respect to each parameter. */
  readonly gradients: Weights;
}

/** The network in training: what it is, what it is to do. */
export interface Task {
  readonly network: Network;
  readonly objective: Objective;
  /** Pixels mirrored around each crop. */
  readonly margin: number;
}

/**
 * Losses and gradients for one batch. The sum is multiplied by `lossScale` before it is derived and
 * the gradients are divided by it again: small gradients survive storage in 16 bits that way.
 */
export function evaluate(
  task: Task,
  weights: Weights,
  batch: Batch,
  lossWeights: LossWeights,
  lossScale = 1,
): Evaluation {
  return scoped(() => {
    const names = [...weights.keys()];
    const values = names.map((name) => toTensor(tensorOf(weights, name)));
    let losses: LossTensors | undefined;
    const total = (...tensors: tf.Tensor[]): tf.Scalar => {
      const painting = paint(task, names, tensors, batch);
      losses = lossTensors(task.objective, painting, batch.targets, batch.blemishes);
      for (const loss of losses) tf.keep(loss);
      return tf.mul(weightedSum(losses, lossWeights), lossScale);
    };
    const { grads } = tf.valueAndGrads(total)(values);
    const terms = termsOf(losses!);
    tf.dispose([...losses!]);
    const gradients = names.map((name, i): [string, Tensor] => [
      name,
      fromTensor(tf.div(grads[i]!, lossScale)),
    ]);
    return { terms, gradients: new Map(gradients) };
  });
}

/**
 * Mean squares of the gradients of the content loss and of the style loss with respect to the
 * painted pixels.
 */
export function gradientEnergies(task: Task, weights: Weights, batch: Batch): [number, number] {
  return scoped(() => {
    const names = [...weights.keys()];
    const values = names.map((name) => toTensor(tensorOf(weights, name)));
    const painting = paint(task, names, values, batch);
    const energy = (index: 0 | 1) => {
      const gradient = tf.grad((pixels) => {
        const losses = lossTensors(task.objective, pixels as tf.Tensor4D, batch.targets);
        return losses[index];
      })(painting);
      return number(tf.mean(tf.square(gradient)));
    };
    return [energy(0), energy(1)];
  });
}

/** Losses as numbers. */
export function termsOf(losses: LossTensors): LossTerms {
  const entries = LOSS_NAMES.map((name, i) => [name, number(losses[i]!)]);
  return Object.fromEntries(entries) as LossTerms;
}

function paint(
  { network, margin, objective }: Task,
  names: readonly string[],
  values: readonly tf.Tensor[],
  { photos, noise }: Batch,
): tf.Tensor4D {
  const rounded = values.map((value) => objective.round(value));
  const parameters = new Map(names.map((name, i) => [name, rounded[i]!]));
  return forward(network, parameters, photos, { margin, round: objective.round, noise });
}

function number(scalar: tf.Tensor): number {
  return scalar.dataSync()[0] ?? Number.NaN;
}

export function toTensor({ shape, data }: Tensor): tf.Tensor {
  return tf.tensor(data, [...shape], 'float32');
}

export function fromTensor(tensor: tf.Tensor): Tensor {
  return { shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
}
