/** Paintings as operators count them: by style, precision and what became of them. */

import { ProblemError } from '../errors.ts';
import type { StyleMix } from '../network/mix.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { Result, Results } from './results.ts';

export interface CountedParts {
  readonly meter: Meter;
  /** Names of the styles that there are; of others there may be any number. */
  readonly styles: ReadonlySet<string>;
  readonly precision: (mix: StyleMix) => Promise<string>;
}

/** The same, with every painting that is asked for counted. */
export function countedResults(results: Results, parts: CountedParts): Results {
  const counted = async <T extends Result | undefined>(
    mix: StyleMix,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> => {
    try {
      const result = await work();
      if (result) await count(mix, outcomeOf(result), parts, result);
      return result;
    } catch (error) {
      await count(mix, signal.aborted ? 'canceled' : failureOf(error), parts);
      throw error;
    }
  };
  const obtain: Results['obtain'] = (file, options, context) =>
    counted(options.style, context.signal, () => results.obtain(file, options, context));
  return {
    obtain,
    stylize: async (...given) => (await obtain(...given)).painting,
    find: (digest, options, context) =>
      counted(options.style, context.signal, () => results.find(digest, options, context)),
  };
}

async function count(
  mix: StyleMix,
  outcome: string,
  { meter, styles, precision: precisionOf }: CountedParts,
  result?: Result,
): Promise<void> {
  // A style that is not there has no precision.
  const precision = await precisionOf(mix).catch(() => 'none');
  meter.add('impasto_paintings_total', { style: styleOf(mix, styles), precision, outcome });
  if (outcome !== 'painted' || result === undefined) return;
  const { width, height } = result.painting;
  meter.add('impasto_painted_pixels_total', { precision }, width * height);
}

function styleOf({ name, parts }: StyleMix, styles: ReadonlySet<string>): string {
  if (parts.length > 1) return 'mix';
  return styles.has(name) ? name : 'other';
}

function outcomeOf({ origin }: Result): string {
  if (origin === 'hit') return 'kept';
  return origin === 'collapsed' ? 'shared' : 'painted';
}

function failureOf(error: unknown): string {
  return error instanceof ProblemError && error.type !== 'internal' ? 'refused' : 'failed';
}
