/** What the Accept header asks for (RFC 9110, section 12.5.1). */

import { parseAccept } from 'hono/utils/accept';

/** Quality 0..1 that the header gives a media type; the most specific range decides. */
export function acceptQuality(header: string | undefined): (mediaType: string) => number {
  const ranges = parseAccept(header?.trim() || '*/*');
  return (mediaType) => {
    const [family] = mediaType.split('/');
    for (const wanted of [mediaType, `${family}/*`, '*/*']) {
      const range = ranges.find(({ type }) => type.toLowerCase() === wanted);
      if (range) return range.q;
    }
    return 0;
  };
}
