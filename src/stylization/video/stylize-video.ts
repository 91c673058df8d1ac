/**
 * A video in, a painted video out: planned, painted in segments that are kept as they are finished, joined with
 * its sound. Whoever begins again finds what is kept, and gives the same bytes.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { linkedSignal } from '../../concurrency/deadline.ts';
import { encode } from '../../images/encode.ts';
import type { Extent, Picture } from '../../pictures/picture.ts';
import { type Scratch, withScratch } from '../../rasters/scratch.ts';
import type { Sessions } from '../../styles/sessions.ts';
import type { Spans } from '../../telemetry/spans.ts';
import { FORMAT_PROFILES, type VideoFormat } from '../../video/formats.ts';
import { type Frame, secondsOf, type VideoFile } from '../../video/frames.ts';
import { readVideoHeader, unreadable } from '../../video/header.ts';
import { joinSegments } from '../../video/join.ts';
import { checkVideoPrograms } from '../../video/program.ts';
import { writeSegment } from '../../video/segment-file.ts';
import { checkRange, type VideoStylizeOptions } from './options.ts';
import { paintSegment, type SegmentPainting } from './paint-segment.ts';
import { readPlan, type VideoPlan, writePlan } from './plan.ts';
import { planVideo, type VideoStylizerLimits } from './prepare.ts';

/** Where what is finished of a video is kept, by its name, through the end of whoever works on it. */
export interface Shelf {
  read(name: string): Promise<Uint8Array | undefined>;
  /** Of several writers of a name, all write the same. */
  keep(name: string, bytes: Uint8Array): Promise<void>;
}

export interface VideoContext {
  readonly shelf: Shelf;
  readonly signal: AbortSignal;
  readonly spans: Spans;
  /** Called when the plan is kept: from then on others can paint segments, too. */
  readonly onPlan?: (plan: VideoPlan) => Promise<void>;
  /** Frames that are done, of all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** The first painted frame, as a JPEG. */
  readonly onPreview?: (bytes: Uint8Array) => Promise<void>;
}

export interface PaintedVideo extends Extent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly frames: number;
  readonly durationSeconds: number;
}

export interface VideoStylizerParts {
  readonly sessions: Sessions;
  readonly limits: VideoStylizerLimits & {
    /** Of a frame of the original. */
    readonly maxPixels: number;
  };
  /** Where videos lie while they are worked on. */
  readonly scratchFolder: string;
}

export interface VideoStylizer {
  /**
   * Rejects with `video-unavailable`, `video-unreadable`, `video-too-large` or `storage-full` problems, or
   * with the signal's reason where it aborts.
   */
  stylize(
    file: Uint8Array,
    options: VideoStylizeOptions,
    context: VideoContext,
  ): Promise<PaintedVideo>;
  /** Paints one segment of a video whose plan is on the shelf, where nobody has yet. Rejects likewise. */
  assist(
    file: () => Promise<Uint8Array>,
    options: VideoStylizeOptions,
    segment: number,
    context: Pick<VideoContext, 'shelf' | 'signal'>,
  ): Promise<void>;
}

/** Of the disk: the original, its segments and the joined file. */
const SCRATCH_FACTOR = 4;
const SCRATCH_BYTES = 64 * 2 ** 20;

const PREVIEW_QUALITY = 85;

const PLAN = 'plan.json';

export function createVideoStylizer({
  sessions,
  limits,
  scratchFolder,
}: VideoStylizerParts): VideoStylizer {
  const open = async (file: Uint8Array, scratch: Scratch, signal: AbortSignal) => {
    const path = scratch.path('.video');
    await writeFile(path, file);
    const header = await readVideoHeader(path, file, limits, signal);
    return { path, header, limits } satisfies VideoFile;
  };

  const planned = async (
    video: VideoFile,
    options: VideoStylizeOptions,
    { shelf, signal, onPlan }: VideoContext,
  ): Promise<VideoPlan> => {
    const kept = await shelf.read(PLAN);
    if (kept) return readPlan(kept);
    const plan = await planVideo(video, options, limits, sessions, signal);
    await shelf.keep(PLAN, writePlan(plan));
    await onPlan?.(plan);
    return plan;
  };

  const inScratch = <T>(file: Uint8Array, work: (scratch: Scratch) => Promise<T>) =>
    withScratch(scratchFolder, file.byteLength * SCRATCH_FACTOR + SCRATCH_BYTES, work);

  return {
    stylize(file, options, context) {
      checkVideoPrograms();
      checkRange(options);
      const { shelf, spans, signal, onProgress, onPreview } = context;
      return inScratch(file, async (scratch) => {
        const video = await spans.measure('header', () => open(file, scratch, signal));
        const plan = await spans.measure('plan', () => planned(video, options, context));
        const total = plan.times.length;
        let done = 0;
        const paths: string[] = [];
        for (const [index, segment] of plan.segments.entries()) {
          const path = segmentPath(scratch, options.format);
          const before = done;
          await spans.measure('paint', () =>
            segmentFile(path, index, shelf, () =>
              paintTo(
                path,
                { video, plan, segment, options, sessions },
                signal,
                async (picture) => {
                  done += 1;
                  onProgress?.(done, total);
                  if (done === 1) await onPreview?.(await preview(picture));
                },
              ),
            ),
          );
          done = before + segment.end - segment.begin;
          onProgress?.(done, total);
          paths.push(path);
        }
        return spans.measure('join', () => join(video, plan, paths, options, scratch, signal));
      });
    },
    async assist(file, options, index, { shelf, signal }) {
      checkVideoPrograms();
      const kept = await shelf.read(PLAN);
      const plan = kept && readPlan(kept);
      const segment = plan?.segments[index];
      if (!plan || !segment || (await shelf.read(segmentName(index)))) return;
      const bytes = await file();
      await inScratch(bytes, async (scratch) => {
        const video = await open(bytes, scratch, signal);
        const path = segmentPath(scratch, options.format);
        await segmentFile(path, index, shelf, () =>
          paintTo(path, { video, plan, segment, options, sessions }, signal),
        );
      });
    },
  };
}

function segmentPath(scratch: Scratch, format: VideoFormat): string {
  return scratch.path(`.${FORMAT_PROFILES[format].segment.extension}`);
}

function segmentName(index: number): string {
  return `segment-${index}`;
}

/** Gets the file from the shelf, or has it made and puts it there. */
async function segmentFile(
  path: string,
  index: number,
  shelf: Shelf,
  make: () => Promise<void>,
): Promise<void> {
  const kept = await shelf.read(segmentName(index));
  if (kept) return writeFile(path, kept);
  await make();
  await shelf.keep(segmentName(index), await readFile(path));
}

async function paintTo(
  path: string,
  painting: SegmentPainting,
  signal: AbortSignal,
  onFrame?: (picture: Picture) => Promise<void>,
): Promise<void> {
  // What is painting ends when what is coding has failed.
  const linked = linkedSignal(signal);
  const frames = told(paintSegment(painting, linked.signal), onFrame);
  const { format, webmCodec } = painting.options;
  const { extent } = painting.plan;
  const { timeBase } = painting.video.header;
  try {
    await writeSegment(path, frames, { format, webmCodec, extent, timeBase }, linked.signal);
  } finally {
    linked.abort(new Error('The segment has ended.'));
    linked.release();
  }
}

async function* told(
  frames: AsyncIterable<Frame>,
  onFrame: (picture: Picture) => Promise<void> = async () => {},
): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    yield frame;
    await onFrame(frame.picture);
  }
}

async function preview(picture: Picture): Promise<Uint8Array> {
  return encode(picture, undefined, { format: 'jpeg', quality: PREVIEW_QUALITY });
}

async function join(
  video: VideoFile,
  { times, segments, extent }: VideoPlan,
  paths: readonly string[],
  { format, start, end }: VideoStylizeOptions,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<PaintedVideo> {
  const { header } = video;
  const zero = header.startSeconds;
  const seconds = times.map((time) => secondsOf(time, header) - zero);
  const [first, last] = [seconds[0]!, seconds.at(-1)!];
  const frameSeconds = seconds.length > 1 ? (last - first) / (seconds.length - 1) : 1;
  const path = scratch.path(`.${format}`);
  const joined = segments.map(({ begin, end: next }, i) => ({
    path: paths[i]!,
    durationSeconds: (seconds[next] ?? last + frameSeconds) - seconds[begin]!,
  }));
  const part = { startSeconds: start, endSeconds: end, firstFrameSeconds: first };
  const listPath = scratch.path('.txt');
  await joinSegments(path, video, { segments: joined, listPath, format, ...part }, signal).catch(
    (cause: unknown) => {
      throw unreadable(cause, 'Expected sound that can be read; that of this video is damaged.');
    },
  );
  return {
    ...extent,
    bytes: new Uint8Array(await readFile(path)),
    mediaType: FORMAT_PROFILES[format].mediaType,
    frames: times.length,
    durationSeconds: last + frameSeconds - first,
  };
}
