/** Pictures that come with the page, so that there is something to see before anybody has brought anything. */

import samples from './samples/samples.json' with { type: 'json' };
import { DEFAULTS, type Settings, toQuery } from './settings.ts';

export type SampleName = 'cat' | 'lake';

export interface Pair {
  readonly sample: SampleName;
  readonly style: string;
}

/** A photograph and a style that are worth trying. */
export const PAIRS: readonly Pair[] = samples.pairs.map(([sample, style]) => ({
  sample: sample as SampleName,
  style: style ?? samples.usual,
}));

export const SAMPLE_TITLES: Readonly<Record<SampleName, string>> = {
  cat: 'Chelsea, the cat',
  lake: 'A lake in the mountains',
};

export const FIRST_SAMPLE: SampleName = 'cat';

/** Of the first sample: its place is kept until it is there. */
export const FIRST_RATIO = 1280 / 851;

export function sampleUrl(sample: SampleName): string {
  return `/assets/${sample}.jpg`;
}

export function sampleThumbnailUrl(sample: SampleName): string {
  return `/assets/${sample}-small.jpg`;
}

/** What a style makes of a sample, small; undefined where that has to be painted. */
export function samplePreviewUrl(
  sample: SampleName | undefined,
  style: string,
): string | undefined {
  const isThere =
    sample === FIRST_SAMPLE
      ? samples.styles.includes(style)
      : PAIRS.some((pair) => pair.sample === sample && pair.style === style);
  return isThere ? `/assets/${sample}-${style}.jpg` : undefined;
}

/** The painting that visitors see first; undefined for all that has to be painted. */
export function samplePaintingUrl(
  sample: SampleName | undefined,
  settings: Settings,
): string | undefined {
  const first = toQuery({ ...DEFAULTS, mix: [{ style: samples.usual, weight: 1 }] });
  const isThere = sample === FIRST_SAMPLE && toQuery(settings).toString() === first.toString();
  return isThere ? `/assets/${sample}-${samples.usual}-large.avif` : undefined;
}
