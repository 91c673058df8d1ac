/** Mean and variance per channel, gathered strip by strip. */

export interface NormStatistics {
  /** One per channel. */
  readonly means: Float32Array;
  readonly variances: Float32Array;
}

/**
 * Gathers statistics in double precision, so that how the picture was cut into strips makes next to no difference
 * (Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances",
 * 1979).
 */
export interface StatisticsSum {
  /** The means of all channels and then their variances, in so many further rows. */
  add(found: Float32Array, rows: number): void;
  finish(): NormStatistics;
}

/** For rows of the same width. */
export function statisticsSum(channels: number): StatisticsSum {
  const means = new Float64Array(channels);
  const distances = new Float64Array(channels);
  let count = 0;
  return {
    add(found, rows) {
      const share = rows / (count + rows);
      for (let channel = 0; channel < channels; channel += 1) {
        const delta = found[channel]! - means[channel]!;
        means[channel]! += delta * share;
        distances[channel]! += found[channels + channel]! * rows + delta * delta * count * share;
      }
      count += rows;
    },
    finish: () => ({
      means: Float32Array.from(means),
      variances: Float32Array.from(distances, (distance) => distance / count),
    }),
  };
}
