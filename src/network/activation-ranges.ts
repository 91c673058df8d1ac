/** What flows through a network's convolutions, as calibration on photographs has found it. */

export type Interval = readonly [lowest: number, highest: number];

export interface ConvolutionRanges {
  /** Of everything that goes in. */
  readonly input: Interval;
  /** Of everything that comes out. */
  readonly output: Interval;
  /** The largest magnitude of each channel that comes out. */
  readonly magnitudes: readonly number[];
}

/** By the name of the convolution; those that are not here compute in float32. */
export type ActivationRanges = ReadonlyMap<string, ConvolutionRanges>;

/**
 * Narrower ranges. What lies outside is clipped, all else is stored more finely: a few outliers
 * would otherwise cost every other value its precision.
 */
export function clipped(
  ranges: ActivationRanges,
  { input, output }: { readonly input: number; readonly output: number },
): ActivationRanges {
  return new Map(
    [...ranges].map(([name, found]) => [
      name,
      {
        input: scaled(found.input, input),
        output: found.output,
        magnitudes: found.magnitudes.map((magnitude) => magnitude * output),
      },
    ]),
  );
}

/** The ranges of both: whatever lies in one of them lies in these. */
export function united(a: ActivationRanges, b: ActivationRanges): ActivationRanges {
  return new Map(
    [...a].map(([name, left]) => {
      const right = b.get(name) ?? left;
      const magnitudes = left.magnitudes.map((m, i) => Math.max(m, right.magnitudes[i] ?? 0));
      const input = hull(left.input, right.input);
      return [name, { input, output: hull(left.output, right.output), magnitudes }];
    }),
  );
}

function hull([a, b]: Interval, [c, d]: Interval): Interval {
  return [Math.min(a, c), Math.max(b, d)];
}

function scaled([lowest, highest]: Interval, factor: number): Interval {
  return [lowest * factor, highest * factor];
}
