/** What the Accept headers ask for (RFC 9110, sections 12.5.1 and 12.5.3). */

import { parseAccept } from 'hono/utils/accept';
import { canonicalMediaType } from '../pictures/formats.ts';

/** Quality 0..1 that Accept gives a media type; the most specific range decides. */
export function acceptQuality(header: string | undefined): (mediaType: string) => number {
  const ranges = parseAccept(header?.trim() || '*/*').map(({ type, q }) => ({
    type: canonicalMediaType(type),
    q,
  }));
  return (mediaType) => {
    const [family] = mediaType.split('/');
    for (const wanted of [mediaType, `${family}/*`, '*/*']) {
      const range = ranges.find(({ type }) => type === wanted);
      if (range) return range.q;
    }
    return 0;
  };
}

/** Whether Accept-Encoding allows a coding; one that is not named counts as `*`. */
export function acceptsCoding(header: string | undefined, coding: string): boolean {
  const codings = parseAccept(header?.trim() ?? '');
  const find = (wanted: string) => codings.find(({ type }) => type.toLowerCase() === wanted);
  return ((find(coding) ?? find('*'))?.q ?? 0) > 0;
}
