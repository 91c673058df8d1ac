/** A network's trained tensors by name, and the interpolation between several networks' tensors. */

import { FormatError } from '../errors.ts';
import { inputChannels, type Network, trunkNetwork } from './layers.ts';
import { elementCount, parameters } from './measures.ts';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type Weights = ReadonlyMap<string, Tensor>;

/** The tensor of that name. Throws where it is missing: weights are checked when they are read. */
export function tensorOf(weights: Weights, name: string): Tensor {
  const tensor = weights.get(name);
  if (tensor === undefined) throw new TypeError(`The weights have no tensor named ${name}.`);
  return tensor;
}

/**
 * The trunk network that these weights belong to, told from the shapes of their tensors.
 * Throws a `FormatError` that names the first tensor that is missing, misshapen or superfluous.
 */
export function networkOf(weights: Weights): Network {
  const [, , inputs, stem = 0] = weights.get('stem/kernel')?.shape ?? [];
  const noise = inputs === inputChannels({ noise: true });
  const trunk = weights.get('down/kernel')?.shape[3] ?? 0;
  let blocks = 0;
  while (weights.has(`trunk/${blocks}/conv1/kernel`)) blocks += 1;
  const network = trunkNetwork({ stem, trunk, blocks, noise });
  checkWeights(network, weights);
  return network;
}

/** Throws a `FormatError` unless the weights hold exactly the network's parameters, all finite. */
export function checkWeights(network: Network, weights: Weights): void {
  const expected = parameters(network);
  for (const { name, shape } of expected) {
    const tensor = weights.get(name);
    if (tensor === undefined) throw new FormatError(`Expected a tensor named ${name}, found none.`);
    if (tensor.shape.join() !== shape.join() || tensor.data.length !== elementCount(shape)) {
      throw new FormatError(`Expected ${name} of shape [${shape}], found [${tensor.shape}].`);
    }
    if (!tensor.data.every(Number.isFinite)) {
      throw new FormatError(`Expected finite values in ${name}, found NaN or infinity.`);
    }
  }
  const known = new Set(expected.map(({ name }) => name));
  const stranger = [...weights.keys()].find((name) => !known.has(name));
  if (stranger !== undefined) {
    throw new FormatError(`Expected the tensors of ${network.name}, found ${stranger} as well.`);
  }
}

export interface Share {
  readonly weights: Weights;
  /** Part of the mix, 0..1; the shares of a mix add up to 1. */
  readonly share: number;
}

/**
 * The network between several networks: each tensor is the shares' weighted sum. It paints what
 * lies between the styles because all of them were trained from one base (Wang et al., "Deep
 * network interpolation for continuous imagery effect transition", 2019).
 */
export function interpolate(parts: readonly Share[]): Weights {
  const [first] = parts;
  if (first === undefined) throw new TypeError('Expected at least one network to interpolate.');
  if (parts.length === 1) return first.weights;
  const blended = [...first.weights].map(([name, { shape }]): [string, Tensor] => {
    const data = new Float32Array(elementCount(shape));
    for (const { weights, share } of parts) addScaled(data, tensorOf(weights, name).data, share);
    return [name, { shape, data }];
  });
  return new Map(blended);
}

function addScaled(sum: Float32Array, addend: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i += 1) sum[i]! += addend[i]! * factor;
}
