/** Every hyperparameter of training, optimization and distillation, and the values that were found to paint well. */

import type { Hyperparameters, ValuesOf } from './hyperparameter.ts';
import { FEATURE_LAYERS, STYLE_LAYERS } from './loss-network/loss-network.ts';
import { PRECISIONS } from './precision.ts';
import { CURVES } from './schedule.ts';

/** The loss network has at least one place to compare at relu5_1, and two for a mean. */
export const MIN_SIDE = 32;

const LOSS_WEIGHT = { minimum: 0, maximum: 1e6 } as const;
const SEED = { kind: 'number', minimum: 0, maximum: 2 ** 31, whole: true, default: 0 } as const;
const STEPS = { kind: 'number', unit: 'steps', minimum: 1, maximum: 1e6, whole: true } as const;
const BATCH = { kind: 'number', unit: 'crops', minimum: 1, maximum: 1024, whole: true } as const;
const CROP = { unit: 'pixels', minimum: MIN_SIDE, maximum: 1024, whole: true } as const;
const PEAK_RATE = { kind: 'number', minimum: 1e-9, maximum: 1 } as const;

/** What training and optimization share: what is made small. */
const OBJECTIVE = {
  paintingSize: {
    kind: 'number',
    unit: 'pixels',
    minimum: MIN_SIDE,
    maximum: 4096,
    whole: true,
    default: 480,
    description: 'short side at which paintings are looked at: larger makes finer strokes',
  },
  tvWeight: {
    kind: 'number',
    ...LOSS_WEIGHT,
    default: 0.1,
    recorded: true,
    description: 'weight of the total variation',
  },
  layerWeights: {
    kind: 'weights',
    names: STYLE_LAYERS,
    default: { relu1_1: 1, relu2_1: 1, relu3_1: 1, relu4_1: 1, relu5_1: 1 },
    description: 'weights of the style layers, such as "relu1_1:0.5,relu4_1:2"; 1 where not named',
  },
  contentLayers: {
    kind: 'weights',
    names: FEATURE_LAYERS,
    default: {},
    description:
      'layers of the content loss, such as "relu2_1:0.3,relu4_1:0.7"; where none is named, the one that the loss network is made for',
  },
  fuseLayers: {
    kind: 'flag',
    default: false,
    description: 'compare correlations between neighboring layers, too',
  },
  scales: {
    kind: 'number',
    minimum: 1,
    maximum: 4,
    whole: true,
    default: 1,
    description: 'levels of the image pyramid at which losses are taken',
  },
  attention: {
    kind: 'number',
    minimum: 0,
    maximum: 100,
    default: 0,
    description: 'how much more shape counts where there is something to see',
  },
} as const satisfies Hyperparameters;

export const TRAINING = {
  steps: { ...STEPS, default: 480, recorded: true, description: 'training steps' },
  batch: {
    ...BATCH,
    default: 4,
    recorded: true,
    description: 'crops in a step, those of all workers taken together',
  },
  crop: {
    kind: 'range',
    ...CROP,
    default: { from: 224, to: 224 },
    recorded: true,
    description: 'side of the square crops, "224" or growing, "96..224"',
  },
  photoScale: {
    kind: 'range',
    minimum: 0.05,
    maximum: 20,
    default: { from: 0.65, to: 2.5 },
    description: 'how far photographs are reduced and enlarged',
  },
  groundShare: {
    kind: 'number',
    minimum: 0,
    maximum: 1,
    default: 0.2,
    description:
      'part of the crops laid on white, colored and dark grounds; none where there are masks',
  },
  contentWeight: {
    kind: 'range',
    ...LOSS_WEIGHT,
    default: { from: 1, to: 1 },
    recorded: true,
    description: 'weight of the content loss, "1" or moving, "2..1"',
  },
  styleWeight: {
    kind: 'range',
    ...LOSS_WEIGHT,
    default: { from: 10, to: 10 },
    recorded: true,
    description: 'weight of the style loss, "10" or moving, "5..15"',
  },
  ...OBJECTIVE,
  latticeWeight: {
    kind: 'number',
    ...LOSS_WEIGHT,
    default: 0.08,
    description: 'weight of regular patterns, which stand out of the spectrum of a painting',
  },
  haloWeight: {
    kind: 'number',
    ...LOSS_WEIGHT,
    default: 4,
    description: 'weight of rings of another color around what stands on a plain ground',
  },
  weightCurve: {
    kind: 'choice',
    choices: CURVES,
    default: 'linear',
    description: 'how the weights of content and style move',
  },
  gradientRatio: {
    kind: 'number',
    minimum: 1e-3,
    maximum: 1e3,
    description:
      'adapt the style weight, from its start: style pulls so many times as hard as content at the painted pixels',
  },
  learningRate: {
    ...PEAK_RATE,
    default: 2e-3,
    recorded: true,
    description: 'peak of the learning rate',
  },
  muonRate: {
    kind: 'number',
    minimum: 0,
    maximum: 1,
    default: 0,
    description:
      'peak of the rate at which Muon moves the kernels, such as 0.02; 0 leaves them to Adam',
  },
  warmUp: {
    kind: 'number',
    unit: 'steps',
    minimum: 0,
    maximum: 1e6,
    whole: true,
    default: 50,
    description: 'steps in which the learning rate rises to its peak',
  },
  learningRateFloor: {
    kind: 'number',
    minimum: 0,
    maximum: 1,
    default: 0.03,
    description:
      'part of the learning rate left at the end, where a cosine brings it; 1 = it does not fall',
  },
  maxGradientNorm: {
    kind: 'number',
    minimum: 1e-9,
    maximum: 1e9,
    default: 1,
    description: 'gradients that are longer, taken all together, are shortened to this',
  },
  precision: {
    kind: 'choice',
    choices: PRECISIONS,
    default: 'float32',
    description: 'what activations and gradients are rounded to',
  },
  seed: { ...SEED, description: 'seed of the crops' },
} as const satisfies Hyperparameters;

export const OPTIMIZERS = ['lbfgs', 'adam'] as const;
export const STARTS = ['photo', 'noised', 'noise'] as const;

export const OPTIMIZATION = {
  iterations: {
    kind: 'number',
    unit: 'iterations',
    minimum: 1,
    maximum: 1e5,
    whole: true,
    default: 300,
    description: 'iterations in all',
  },
  optimizer: {
    kind: 'choice',
    choices: OPTIMIZERS,
    default: 'lbfgs',
    description: 'how pixels are moved',
  },
  learningRate: {
    kind: 'number',
    minimum: 1e-6,
    maximum: 1,
    default: 0.02,
    description: 'learning rate of Adam, in the range of the pixels, 0 to 1',
  },
  start: {
    kind: 'choice',
    choices: STARTS,
    default: 'noised',
    description: 'what to begin with: the photograph, the photograph with noise over it, or noise',
  },
  noise: {
    kind: 'number',
    minimum: 0,
    maximum: 0.5,
    default: 0.2,
    description: 'how far the noise reaches up and down from its middle, 0 to 0.5',
  },
  levels: {
    kind: 'number',
    minimum: 1,
    maximum: 6,
    whole: true,
    default: 1,
    description: 'coarse to fine: sizes to paint at, each twice the one before',
  },
  maxSize: {
    kind: 'number',
    unit: 'pixels',
    minimum: MIN_SIDE,
    maximum: 4096,
    whole: true,
    default: 512,
    description: 'long edge of the painting',
  },
  contentWeight: {
    kind: 'number',
    ...LOSS_WEIGHT,
    default: 1,
    description: 'weight of the content loss',
  },
  styleWeight: {
    kind: 'number',
    ...LOSS_WEIGHT,
    default: 10,
    description: 'weight of the style loss',
  },
  ...OBJECTIVE,
  seed: { ...SEED, description: 'seed of the noise' },
} as const satisfies Hyperparameters;

export const DISTILLATION = {
  steps: { ...STEPS, default: 600, description: 'training steps' },
  batch: { ...BATCH, default: 4, description: 'crops in a step' },
  crop: { kind: 'number', ...CROP, default: 192, description: 'side of the square crops' },
  learningRate: { ...PEAK_RATE, default: 3e-3, description: 'peak of the learning rate' },
  seed: { ...SEED, description: 'seed of the crops' },
} as const satisfies Hyperparameters;

export type TrainingValues = ValuesOf<typeof TRAINING>;
export type OptimizationValues = ValuesOf<typeof OPTIMIZATION>;
export type DistillationValues = ValuesOf<typeof DISTILLATION>;

/** Of the objective alone. */
export type ObjectiveValues = ValuesOf<typeof OBJECTIVE>;
