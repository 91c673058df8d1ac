/** The names and layouts under which VGG19's weights are published -> ours. */

import { FormatError } from '../../errors.ts';
import type { Tensor, Weights } from '../../network/weights.ts';
import { POOL } from './chain.ts';
import { type InputConvention, VGG19_ORDER } from './vgg19.ts';

export interface PublishedWeights {
  /** `conv1_1/kernel` [k, k, in, out], `conv1_1/bias` [out] and so on. */
  readonly weights: Weights;
  readonly convention: InputConvention;
}

interface Publication {
  readonly convention: InputConvention;
  /** Whether a file of tensors with these names is of this kind. */
  readonly matches: (names: readonly string[]) => boolean;
  /** The published names of a convolution's kernel and bias; any that exists will do. */
  readonly kernel: (convolution: string) => readonly string[];
  readonly bias: (convolution: string) => readonly string[];
  readonly layout: 'HWIO' | 'OIHW';
}

const PUBLICATIONS: readonly Publication[] = [
  {
    convention: 'torchvision',
    matches: (names) => names.includes('features.0.weight'),
    kernel: (convolution) => [`features.${torchvisionIndex(convolution)}.weight`],
    bias: (convolution) => [`features.${torchvisionIndex(convolution)}.bias`],
    layout: 'OIHW',
  },
  {
    convention: 'caffe',
    matches: (names) => names.some((name) => name.includes('block1_conv1')),
    kernel: (convolution) => kerasNames(convolution, ['kernel', 'W']),
    bias: (convolution) => kerasNames(convolution, ['bias', 'b']),
    layout: 'HWIO',
  },
  {
    convention: 'caffe',
    matches: (names) => names.includes('conv1_1/kernel'),
    kernel: (convolution) => [`${convolution}/kernel`],
    bias: (convolution) => [`${convolution}/bias`],
    layout: 'HWIO',
  },
];

/**
 * Finds VGG19's convolutions in the tensors of a file: those of Keras (`block1_conv1/kernel`), of
 * torchvision and timm (`features.0.weight`), or our own (`conv1_1/kernel`).
 * Throws a `FormatError` where none of them, or not all of the convolutions, are there.
 */
export function vgg19Weights(tensors: Weights): PublishedWeights {
  const names = [...tensors.keys()];
  const publication = PUBLICATIONS.find(({ matches }) => matches(names));
  if (publication === undefined) {
    throw new FormatError(
      'Expected the tensors of VGG19 (block1_conv1/kernel, features.0.weight or conv1_1/kernel …), ' +
        `found ${names.length === 0 ? 'none' : names.slice(0, 3).join(', ')}.`,
    );
  }
  const { convention, kernel, bias, layout } = publication;
  const convolutions = VGG19_ORDER.filter((name) => name !== POOL);
  const weights = new Map(
    convolutions.flatMap((name): [string, Tensor][] => {
      const published = oneOf(tensors, kernel(name));
      return [
        [`${name}/kernel`, layout === 'HWIO' ? published : toHwio(published)],
        [`${name}/bias`, oneOf(tensors, bias(name))],
      ];
    }),
  );
  return { weights, convention };
}

function oneOf(tensors: Weights, names: readonly string[]): Tensor {
  for (const name of names) {
    const tensor = tensors.get(name);
    if (tensor !== undefined) return tensor;
  }
  throw new FormatError(`Expected VGG19's ${names[0]}, found no such tensor.`);
}

/** torchvision counts convolutions, activations and poolings alike. */
function torchvisionIndex(convolution: string): number {
  const before = VGG19_ORDER.slice(0, VGG19_ORDER.indexOf(convolution));
  return before.reduce((index, name) => index + (name === POOL ? 1 : 2), 0);
}

/** `conv3_1` is `block3_conv1`; Keras' HDF5 files repeat the layer's name and add `:0`. */
function kerasNames(convolution: string, parts: readonly string[]): string[] {
  const layer = convolution.replace(/conv(\d)_(\d)/, 'block$1_conv$2');
  return parts.flatMap((part) => [
    `${layer}/${part}`,
    `${layer}/${layer}/${part}:0`,
    `${layer}/${layer}_${part}_1:0`,
    `${layer}/${layer}_${part}:0`,
  ]);
}

function toHwio({ shape, data }: Tensor): Tensor {
  const [to = 0, from = 0, height = 0, width = 0] = shape;
  const turned = new Float32Array(data.length);
  let index = 0;
  for (let o = 0; o < to; o += 1)
    for (let i = 0; i < from; i += 1)
      for (let place = 0; place < height * width; place += 1) {
        turned[(place * from + i) * to + o] = data[index] ?? Number.NaN;
        index += 1;
      }
  return { shape: [height, width, from, to], data: turned };
}
