/** Chains of ffmpeg's filters. Nothing in them comes from callers but numbers that have been checked. */

import type { Extent } from '../pictures/picture.ts';
import type { VideoHeader } from './header.ts';

/**
 * Frames as they are meant to be seen -> RGB of this size, full range. ffmpeg has turned them upright
 * before; scaling comes last, so that frames have one size whatever the file does on the way.
 */
export function toRgb(header: VideoHeader, { width, height }: Extent): string {
  const { isInterlaced, highRange, matrix } = header;
  const size = `w=${width}:h=${height}`;
  const scale = (from: string | undefined) =>
    `scale=${size}:flags=lanczos+accurate_rnd+full_chroma_int:out_range=pc` +
    (from ? `:in_color_matrix=${from}` : '');
  return [
    ...(isInterlaced ? ['bwdif=mode=send_frame'] : []),
    ...(highRange ? [toneMapped(size), scale('bt709')] : [scale(matrix)]),
    'format=rgb24',
  ].join(',');
}

/** Brightness of paper white in the linear light that tones are mapped in, in candela per square meter. */
const WHITE_NITS = 100;

/** To standard range and the colors of Rec. 709, at a small size first: linear light takes 12 bytes a pixel. */
function toneMapped(size: string): string {
  return [
    // The approximate transfer of HLG is up to 11 of 255 off in saturated colors.
    `zscale=${size}:t=linear:npl=${WHITE_NITS}:agamma=0`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    'tonemap=hable:desat=0',
    'zscale=t=bt709:m=bt709:r=tv',
    'format=yuv420p',
  ].join(',');
}

/** Prints the timestamp of every frame to `pipe:3`, at once: the frame waits for its time. */
export const TELL_TIMES =
  "metadata=mode=add:key=impasto:value=1,metadata=mode=print:direct=1:file='pipe\\:3'";

/** RGB -> what players expect: tagged as what it is. */
export const TO_VIDEO =
  'scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p';
