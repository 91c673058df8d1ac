/** Mean and variance per channel, gathered strip by strip. */

export interface NormStatistics {
  /** One per channel. */
  readonly means: Float32Array;
  readonly variances: Float32Array;
}

/**
 * Gathers statistics row by row, in the order of the rows and in double precision, so that how the
 * picture was cut into strips makes no difference (Chan, Golub and LeVeque, "Updating formulae and a
 * pairwise algorithm for computing sample variances", 1979).
 */
export interface StatisticsSum {
  /** The sums of each row, and the sums of its squares: [channels, rows]. */
  add(sums: Float32Array, squares: Float32Array): void;
  finish(): NormStatistics;
}

/** For rows of `width` numbers. */
export function statisticsSum(channels: number, width: number): StatisticsSum {
  const means = new Float64Array(channels);
  const distances = new Float64Array(channels);
  let count = 0;
  return {
    add(sums, squares) {
      const rows = sums.length / channels;
      for (let row = 0; row < rows; row += 1, count += width) {
        const share = width / (count + width);
        for (let channel = 0; channel < channels; channel += 1) {
          const index = channel * rows + row;
          const mean = sums[index]! / width;
          const delta = mean - means[channel]!;
          const within = Math.max(0, squares[index]! - mean * sums[index]!);
          means[channel]! += delta * share;
          distances[channel]! += within + delta * delta * count * share;
        }
      }
    },
    finish: () => ({
      means: Float32Array.from(means),
      variances: Float32Array.from(distances, (distance) => distance / count),
    }),
  };
}
