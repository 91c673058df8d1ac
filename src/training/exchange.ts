/** The port through which workers that train one network together average their numbers. */

export interface Exchange {
  /** 0 for the worker that writes files and reports. */
  readonly rank: number;
  /** Workers in all. */
  readonly size: number;
  /**
   * The mean over all workers of what each passes, element by element and summed in the order of
   * their ranks, so that all of them get the same numbers. Every worker calls it equally often, with
   * equally many numbers. Rejects with an {@link ExchangeError} where another worker is lost.
   */
  mean(values: Float32Array): Promise<Float32Array>;
  close(): void;
}

/** Another worker is gone or says something else than expected. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
}

/** Training in one process. */
export const alone: Exchange = {
  rank: 0,
  size: 1,
  mean: async (values) => values,
  close() {},
};
