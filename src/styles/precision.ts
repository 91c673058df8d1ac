/**
 * In 8 bits or in float32: what is faster on this processor, and faithful enough. Processors without
 * 8-bit dot products sum pairs of products in 16 bits, which may overflow
 * (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html): the same network
 * with the same ranges can be faithful on one processor and not on another.
 */

import type { Engine } from '../network/engine.ts';
import { pictureDifference } from '../pictures/difference.ts';
import type { Picture } from '../pictures/picture.ts';
import type { StyleManifest } from './manifest.ts';
import type { LoadedStyle } from './style-files.ts';

export const PRECISIONS = ['float32', 'int8'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** A style that differs by more is painted in float32. */
const MAX_DIFFERENCE = 2;
const MIN_DECIBELS = 36;

const PROBE_SIDE = 160;
const ROUNDS = 3;

/** Mean difference, of 255, between the two paintings of the probe; the shipped styles' is below 2.5. */
const MAX_PROBE_DIFFERENCE = 4;

/** The same of pictures with large even areas. */
const MAX_EVEN_DIFFERENCE = 4;

/**
 * Whether a mix of these styles may be painted in 8 bits: one style, calibrated and faithful. The ranges of a mix
 * of several are nobody's.
 */
export function allowsInt8([style, ...others]: readonly StyleManifest[]): boolean {
  return style !== undefined && others.length === 0 && isFaithful(style);
}

function isFaithful({ int8 }: StyleManifest): boolean {
  if (int8 === undefined || (int8.evenDifference ?? 0) > MAX_EVEN_DIFFERENCE) return false;
  return int8.difference <= MAX_DIFFERENCE && int8.psnr >= MIN_DECIBELS;
}

/** Milliseconds that the threads of this process have computed, which others on the machine do not add to. */
export function computedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Paints a small picture both ways, in turn; 8 bits must be faster, by the clock that is given, and
 * come to the same.
 */
export async function fasterPrecision(
  engine: Engine,
  { network, weights, ranges }: LoadedStyle,
  clockMs: () => number = () => performance.now(),
): Promise<Precision> {
  if (ranges === undefined) return 'float32';
  const sessions = {
    float32: await engine.load(network, weights),
    int8: await engine.load(network, weights, ranges),
  };
  const times: Record<Precision, number[]> = { float32: [], int8: [] };
  const picture = probePicture(PROBE_SIDE);
  const paint = async (precision: Precision): Promise<Picture> => {
    const started = clockMs();
    const painting = await sessions[precision].run(picture);
    times[precision].push(clockMs() - started);
    return painting;
  };
  // The first one of each allocates.
  const difference = pictureDifference([await paint('float32')], [await paint('int8')]);
  for (let round = 1; round <= ROUNDS; round += 1) {
    await paint('float32');
    await paint('int8');
  }
  await Promise.all(Object.values(sessions).map((session) => session.close()));
  const isFaster = Math.min(...times.int8) < Math.min(...times.float32);
  return isFaster && difference.absolute <= MAX_PROBE_DIFFERENCE ? 'int8' : 'float32';
}

/** Squares, waves and grain: as much of each as a photograph may have. */
function probePicture(side: number): Picture {
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    const square = ((x >> 5) ^ (y >> 5)) & 1;
    const grain = Math.imul(i + 1, 0x9e3779b1) >>> 24;
    return 60 + 80 * square + 40 * Math.sin((x + 2 * y) / 23 + (i % 3)) + grain / 5;
  });
  return { width: side, height: side, data };
}
