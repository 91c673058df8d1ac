/**
 * A smaller network's weights out of a larger one's: the channels that count most. Instance norm's
 * gamma says how much a channel counts (Liu et al., "Learning efficient convolutional networks
 * through network slimming", 2017). A start for training, not a network that paints well.
 */

import { type Convolution, inputChannels, type Layer, type Network } from './layers.ts';
import { type Tensor, tensorOf, type Weights } from './weights.ts';

/** Channels of a value by their place in the larger network. */
type Channels = readonly number[];

/** `from` and `to` have the same layers but for their channels. */
export function pruned(weights: Weights, from: Network, to: Network): Weights {
  const kept = new Map<string, Tensor>();
  const follow = (source: Layer, target: Layer, inputs: Channels, outputs?: Channels): Channels => {
    if (source.kind === 'convolution' && target.kind === 'convolution') {
      const chosen = outputs ?? mostImportant(weights, source, target.outputChannels);
      keepConvolution(kept, weights, source, inputs, chosen);
      return chosen;
    }
    if (source.kind === 'instanceNorm') {
      for (const name of [`${source.name}/gamma`, `${source.name}/beta`]) {
        kept.set(name, selected(tensorOf(weights, name), [inputs]));
      }
      return inputs;
    }
    if (source.kind === 'residual' && target.kind === 'residual') {
      // What a block adds has the channels of what it is added to.
      const last = source.layers.findLastIndex(({ kind }) => kind === 'convolution');
      source.layers.reduce(
        (channels, layer, i) =>
          follow(layer, target.layers[i]!, channels, i === last ? inputs : undefined),
        inputs,
      );
    }
    return inputs;
  };
  from.layers.reduce<Channels>(
    (channels, layer, i) => follow(layer, to.layers[i]!, channels),
    range(inputChannels(from)),
  );
  return kept;
}

/** In their order. A convolution without instance norm keeps all of its channels. */
function mostImportant(weights: Weights, { name, outputChannels }: Convolution, count: number) {
  const gamma = weights.get(`${name}/gamma`)?.data;
  if (gamma === undefined || count >= outputChannels) return range(outputChannels);
  return range(outputChannels)
    .sort((a, b) => Math.abs(gamma[b]!) - Math.abs(gamma[a]!))
    .slice(0, count)
    .sort((a, b) => a - b);
}

function keepConvolution(
  kept: Map<string, Tensor>,
  weights: Weights,
  { name, kernel, bias }: Convolution,
  inputs: Channels,
  outputs: Channels,
): void {
  const sides = range(kernel);
  const taps = tensorOf(weights, `${name}/kernel`);
  kept.set(`${name}/kernel`, selected(taps, [sides, sides, inputs, outputs]));
  if (bias) kept.set(`${name}/bias`, selected(tensorOf(weights, `${name}/bias`), [outputs]));
}

/** The values at these places along each axis. */
function selected({ shape, data }: Tensor, places: readonly Channels[]): Tensor {
  const indices = places.reduce<number[]>(
    (prefixes, axis, i) => prefixes.flatMap((prefix) => axis.map((at) => prefix * shape[i]! + at)),
    [0],
  );
  return {
    shape: places.map((axis) => axis.length),
    data: Float32Array.from(indices, (index) => data[index]!),
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
