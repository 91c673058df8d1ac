/** Statistics of instance norm between those of several pictures. */

import type { NetworkStatistics } from './engine.ts';

export interface StatisticsShare {
  readonly statistics: NetworkStatistics;
  /** All shares add up to 1. */
  readonly share: number;
}

/** First and second moments are mixed, so that variance between the parts counts. */
export function mixedStatistics(parts: readonly StatisticsShare[]): NetworkStatistics {
  const [first] = parts;
  const count = first!.statistics.length / 2;
  const result = new Float32Array(2 * count);
  for (let i = 0; i < count; i += 1) {
    let [mean, square] = [0, 0];
    for (const { statistics, share } of parts) {
      const own = statistics[i]!;
      mean += share * own;
      square += share * (statistics[count + i]! + own * own);
    }
    result[i] = mean;
    result[count + i] = Math.max(0, square - mean * mean);
  }
  return result;
}

/** The statistics of several pictures as if they were one: means, and variances around the common mean. */
export function pooledStatistics(measured: readonly NetworkStatistics[]): NetworkStatistics {
  return mixedStatistics(
    measured.map((statistics) => ({ statistics, share: 1 / measured.length })),
  );
}
