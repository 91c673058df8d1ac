/** What a video file is, by its first bytes, and what ffmpeg is to read it with. */

import { ProblemError } from '../errors.ts';
import { sniff } from '../images/sniff.ts';

/** A file is read as this and as nothing else: playlists that call themselves .mp4 would name other files. */
export interface Container {
  readonly name: string;
  /** ffmpeg's demuxer. */
  readonly demuxer: 'mov' | 'matroska' | 'gif';
}

/** As callers name them. */
export const VIDEO_MEDIA_TYPES = [
  'video/mp4',
  'video/quicktime',
  'video/webm',
  'video/x-matroska',
] as const;

/** Boxes that begin a QuickTime or MP4 file (ISO/IEC 14496-12; the older ones have no `ftyp`). */
const BOXES: ReadonlySet<string> = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip']);

/** Of still pictures, which begin with an `ftyp` as well. */
const PICTURES = /^(?:AVIF|HEIC|HEIF|animated|JPEG|Canon)/;

/** As messages list them. */
const EXPECTED = 'an MP4, MOV, WebM, Matroska or GIF file';

/** Throws a `video-unreadable` problem that says what it is instead. */
export function containerOf(file: Uint8Array): Container {
  const name = sniff(file)?.name;
  const box = String.fromCharCode(...file.subarray(4, 8));
  if (name === 'GIF') return { name, demuxer: 'gif' };
  if (name === 'WebM or Matroska') return { name, demuxer: 'matroska' };
  if (BOXES.has(box) && !PICTURES.test(name ?? '')) {
    return { name: name ?? 'MP4 or QuickTime', demuxer: 'mov' };
  }
  const found = file.byteLength === 0 ? 'an empty file' : (name ?? 'something else');
  throw new ProblemError('video-unreadable', `Expected ${EXPECTED}, got ${found}.`);
}
