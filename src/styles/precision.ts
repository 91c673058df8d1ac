/** In 8 bits or in float32: what is faster on this processor, and faithful enough. */

import type { Engine } from '../core/engine.ts';
import type { StyleMix } from '../core/mix.ts';
import type { Picture } from '../core/picture.ts';
import type { Catalogue, LoadedStyle } from './catalogue.ts';
import type { StyleManifest } from './manifest.ts';

export type Precision = 'float32' | 'int8';

/** A style that differs by more is painted in float32. */
const MOST_DIFFERENCE = 2;
const LEAST_DECIBELS = 36;

const PROBE_SIDE = 256;
const ROUNDS = 3;

/**
 * Whether a mix may be painted in 8 bits: one style, calibrated and faithful. The ranges of a mix
 * of several are nobody's.
 */
export function allowsInt8(catalogue: Catalogue, mix: StyleMix): boolean {
  const [style, ...others] = catalogue.resolve(mix);
  return style !== undefined && others.length === 0 && isFaithful(style);
}

function isFaithful({ int8 }: StyleManifest): boolean {
  return int8 !== undefined && int8.difference <= MOST_DIFFERENCE && int8.psnr >= LEAST_DECIBELS;
}

/** Paints noise both ways, in turn. */
export async function fasterPrecision(
  engine: Engine,
  { network, weights, ranges }: LoadedStyle,
): Promise<Precision> {
  if (ranges === undefined) return 'float32';
  const sessions = {
    float32: await engine.load(network, weights),
    int8: await engine.load(network, weights, ranges),
  };
  const times: Record<Precision, number[]> = { float32: [], int8: [] };
  const picture = noise(PROBE_SIDE);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const precision of ['float32', 'int8'] as const) {
      const started = performance.now();
      await sessions[precision].run(picture);
      // The first one of each allocates.
      if (round > 0) times[precision].push(performance.now() - started);
    }
  }
  await Promise.all(Object.values(sessions).map((session) => session.close()));
  return Math.min(...times.int8) < Math.min(...times.float32) ? 'int8' : 'float32';
}

function noise(side: number): Picture {
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 7919) & 255);
  return { width: side, height: side, data };
}
