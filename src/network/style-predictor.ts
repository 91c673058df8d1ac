/**
 * The weights of a style network told from a picture at once, without training: an encoder looks at the picture, and what it says is
 * added to the weights that all styles are near. Scales and shifts of instance norms are predicted as they are
 * (Ghiasi et al., "Exploring the structure of a real-time, arbitrary neural artistic stylization network", 2017), kernels as
 * coefficients of changes that styles have in common.
 */

import { type Extent, extended, middleOf, type Picture, scaled } from '../pictures/picture.ts';
import { elementCount } from './measures.ts';
import { type Tensor, tensorOf, type Weights } from './weights.ts';

export interface StylePredictor {
  /** The weights of a network that paints like this picture, which has the size of {@link seenExtent}. */
  predict(painting: Picture): Promise<Weights>;
  close(): Promise<void>;
}

/** Changes of one kernel that styles have in common. */
export interface KernelBasis {
  /** [changes, ...shape of the kernel], in steps. */
  readonly steps: Tensor;
  /** [changes, output channels]: what one step is worth. */
  readonly stepSizes: Tensor;
}

export interface PredictorParts {
  /**
   * A style network's first layers, that look at pictures (`stem/kernel` … `trunk/4/conv2/beta`), what standardizes the
   * features they find (`features/mean`, `features/deviation`), what makes a code of these (`code/kernel`), and layers over
   * that (`dense/0/kernel`, `dense/0/bias` …).
   */
  readonly encoder: Weights;
  /** What all styles are near: a whole style network, in the order of its parameters. */
  readonly base: Weights;
  /** By the kernels' names. */
  readonly basis: ReadonlyMap<string, KernelBasis>;
}

/** Where larger, a picture is brought to this short side in pixels before the encoder sees it. */
const SEEN_SHORT_SIDE = 256;

/** At which strokes look to the encoder as they did when it learned. */
const SEEN_SCALE = 8 / 15;

/** What lies farther out than half of it, in pixels, is not looked at. */
const MOST_SEEN = { width: 384, height: 384 };

/** Shorter sides are mirrored until they are so long. */
const LEAST_SIDE = 64;

/** The size at which a picture of this size is looked at. */
export function seenExtent(extent: Extent): Extent {
  const shortSide = Math.min(extent.width, extent.height);
  return scaled(extent, Math.min(SEEN_SCALE, SEEN_SHORT_SIDE / shortSide));
}

/** The part of a picture that the encoder sees. */
export function seenByEncoder(painting: Picture): Picture {
  return extended(middleOf(painting, MOST_SEEN), LEAST_SIDE);
}

/** How many numbers the encoder says of a picture. */
export function encodedLength({ base, basis }: PredictorParts): number {
  const shifted = [...base].filter(([name]) => !basis.has(name));
  return shifted.reduce((sum, [, { shape }]) => sum + elementCount(shape), changesOf(basis));
}

/**
 * The weights that the encoder's numbers stand for: first the coefficients of the changes, then what is added to each
 * value that is in no kernel, in the order of the base.
 */
export function predictedWeights(
  { base, basis }: PredictorParts,
  encoded: ArrayLike<number>,
): Weights {
  const changes = changesOf(basis);
  const coefficients = Array.from({ length: changes }, (_, change) => encoded[change]!);
  let place = changes;
  const weights = [...base].map(([name, { shape, data }]): [string, Tensor] => {
    const kernel = basis.get(name);
    if (kernel) return [name, { shape, data: changed(data, kernel, coefficients) }];
    const begin = place;
    place += data.length;
    return [name, { shape, data: data.map((value, i) => value + encoded[begin + i]!) }];
  });
  return new Map(weights);
}

function changesOf(basis: ReadonlyMap<string, KernelBasis>): number {
  const [first] = basis.values();
  return first?.stepSizes.shape[0] ?? 0;
}

function changed(
  kernel: Float32Array,
  { steps, stepSizes }: KernelBasis,
  coefficients: readonly number[],
): Float32Array {
  const result = Float32Array.from(kernel);
  const outputs = stepSizes.shape[1]!;
  const shares = new Float32Array(outputs);
  for (const [change, coefficient] of coefficients.entries()) {
    for (let o = 0; o < outputs; o += 1) {
      shares[o] = coefficient * stepSizes.data[change * outputs + o]!;
    }
    const begin = change * kernel.length;
    for (let i = 0; i < kernel.length; i += outputs) {
      for (let o = 0; o < outputs; o += 1) {
        result[i + o]! += shares[o]! * steps.data[begin + i + o]!;
      }
    }
  }
  return result;
}

/** Throws a `TypeError` for parts that do not go together. */
export function checkPredictor(parts: PredictorParts): void {
  for (const [name, { steps, stepSizes }] of parts.basis) {
    const { shape } = tensorOf(parts.base, name);
    const expected = [changesOf(parts.basis), ...shape];
    if (steps.shape.join() !== expected.join() || stepSizes.shape[1] !== shape.at(-1)) {
      throw new TypeError(
        `Expected changes of ${name} of shape [${expected}], got [${steps.shape}].`,
      );
    }
  }
}
