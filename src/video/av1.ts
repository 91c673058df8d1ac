/** Coding in AV1, with whichever encoder the ffmpeg that is installed has. */

import { memoized } from '../concurrency/memoized.ts';
import { ProblemError } from '../errors.ts';
import type { Extent } from '../pictures/picture.ts';
import { TAGS, THREADS } from './formats.ts';
import { runProgram } from './program.ts';

/** SVT-AV1 knows no smaller side. */
const SMALLEST_SVT_SIDE = 64;

/** Arguments of ffmpeg for frames of this size. Rejects with a `video-unavailable` problem where it has no encoder. */
export async function av1Coding(extent: Extent, signal: AbortSignal): Promise<readonly string[]> {
  return [...encoderOf(await encoders(signal), extent), ...THREADS, ...TAGS];
}

/** What `ffmpeg -encoders` prints -> the encoder and its settings; SVT-AV1 is several times as fast. */
export function encoderOf(encoders: string, { width, height }: Extent): readonly string[] {
  const has = (name: string) => new RegExp(`^ *V\\S* +${name} `, 'm').test(encoders);
  if (has('libsvtav1') && Math.min(width, height) >= SMALLEST_SVT_SIDE) {
    return ['-c:v', 'libsvtav1', '-preset', '10', '-crf', '35'];
  }
  if (has('libaom-av1')) {
    return ['-c:v', 'libaom-av1', '-cpu-used', '8', '-row-mt', '1', '-crf', '35', '-b:v', '0'];
  }
  throw new ProblemError(
    'video-unavailable',
    'Expected an ffmpeg with the encoder libaom-av1 (or libsvtav1, for sides of 64 pixels and more), got one ' +
      'without: ask for another webm_codec.',
  );
}

/** Those of an ffmpeg do not change while it is used. */
const encoders = memoized(
  async (signal: AbortSignal) =>
    (await runProgram('ffmpeg', ['-v', 'error', '-encoders'], signal)).toString(),
  () => 'ffmpeg',
);
