/** The paintings that were asked for just now, in memory before the store: a store may be a network away. */

import type { Painting } from '../stylization/stylizer.ts';
import type { KeptPaintings } from './kept-paintings.ts';

/** Of all of them together. */
const MAX_BYTES = 32 * 2 ** 20;

/** By so much longer than in the store a painting may be answered. */
const STAY_MS = 60_000;

interface Recent {
  readonly painting: Painting;
  readonly untilMs: number;
}

export function recentPaintings(kept: KeptPaintings, maxBytes = MAX_BYTES): KeptPaintings {
  /** In the order in which they were remembered. */
  const recent = new Map<string, Recent>();
  let bytes = 0;

  const forget = (address: string): void => {
    bytes -= recent.get(address)?.painting.bytes.byteLength ?? 0;
    recent.delete(address);
  };

  const remember = (address: string, painting: Painting): void => {
    forget(address);
    if (painting.bytes.byteLength > maxBytes) return;
    recent.set(address, { painting, untilMs: performance.now() + STAY_MS });
    bytes += painting.bytes.byteLength;
    for (const oldest of recent.keys()) {
      if (bytes <= maxBytes) return;
      forget(oldest);
    }
  };

  return {
    async read(address) {
      const known = recent.get(address);
      if (known && performance.now() < known.untilMs) return known.painting;
      forget(address);
      const painting = await kept.read(address);
      if (painting) remember(address, painting);
      return painting;
    },
    async keep(address, painting) {
      const isKept = await kept.keep(address, painting);
      if (isKept) remember(address, painting);
      return isKept;
    },
  };
}
