/** What is known of a video before its first frame is painted; the same for all who paint parts of it. */

import { z } from 'zod';
import type { NetworkStatistics } from '../../network/engine.ts';
import type { Extent, Place } from '../../pictures/picture.ts';
import { PRECISIONS, type Precision } from '../../styles/precision.ts';
import type { Anchor } from './anchors.ts';

/** Frames that are shown together: from `begin` up to, not including, `end`. */
export interface FrameSpan {
  readonly begin: number;
  readonly end: number;
}

/** A part that is painted and kept as a whole. */
export interface Segment extends FrameSpan {
  /** The frame from which on it has to be painted for its first one to be as those before. */
  readonly warmUpFrom: number;
}

export interface Shot extends FrameSpan {
  /** Empty where every frame is painted with its own statistics. */
  readonly anchors: readonly Anchor[];
  /** For each of its frames where the camera is, in pixels of the scene; empty where it does not move. */
  readonly path: readonly Place[];
  /** The light on each of its frames, 1 in the middle; empty where it does not change. */
  readonly light: readonly number[];
}

export interface VideoPlan {
  /** Of the painted video; sides are even. */
  readonly extent: Extent;
  /** What its anchors were measured in, and all of it is painted in, whatever is faster where that is done. */
  readonly precision: Precision;
  /** Timestamps of its frames, in units of the original's time base. */
  readonly times: readonly number[];
  readonly shots: readonly Shot[];
  readonly segments: readonly Segment[];
}

/** About as long is a segment: what is lost at most when a painter dies. */
const SEGMENT_SECONDS = 4;

/** Frames before a segment whose paintings are carried into it: of the first one less than 1 % is left. */
const WARM_UP_FRAMES = 10;

/**
 * Cuts shots into segments of about {@link SEGMENT_SECONDS}; short shots are joined. `seconds` are those of
 * all frames, `cuts` the numbers of the frames that begin shots.
 */
export function planSegments(
  seconds: readonly number[],
  cuts: readonly number[],
  isBlended: boolean,
): Segment[] {
  const segments: Segment[] = [];
  let begin = 0;
  const add = (end: number): void => {
    const shot = cuts.findLast((cut) => cut <= begin) ?? 0;
    const warmUpFrom = isBlended ? Math.max(shot, begin - WARM_UP_FRAMES) : begin;
    segments.push({ begin, end, warmUpFrom });
    begin = end;
  };
  for (let frame = 1; frame < seconds.length; frame += 1) {
    const length = seconds[frame]! - seconds[begin]!;
    const isCut = cuts.includes(frame);
    if (length >= SEGMENT_SECONDS || (isCut && length >= SEGMENT_SECONDS / 2)) add(frame);
  }
  add(seconds.length);
  return segments;
}

/** The spans between cuts, of `count` frames. The first cut is 0. */
export function shotSpans(cuts: readonly number[], count: number): FrameSpan[] {
  return cuts.map((begin, i) => ({ begin, end: cuts[i + 1] ?? count }));
}

export function shotOf({ shots }: VideoPlan, frame: number): Shot {
  const shot = shots.find(({ begin, end }) => begin <= frame && frame < end);
  if (shot === undefined) throw new TypeError(`Expected a shot with frame ${frame}, found none.`);
  return shot;
}

const frameNumber = z.int().min(0);

const statisticsSchema = z.base64().transform(toStatistics);

const planSchema = z.object({
  precision: z.enum(PRECISIONS),
  extent: z.object({ width: z.int().min(1), height: z.int().min(1) }),
  times: z.array(z.int()).min(1),
  shots: z.array(
    z.object({
      begin: frameNumber,
      end: frameNumber,
      anchors: z.array(z.object({ seconds: z.number(), levels: z.array(statisticsSchema) })),
      path: z.array(z.object({ x: z.int(), y: z.int() })),
      light: z.array(z.number().positive()),
    }),
  ),
  segments: z
    .array(z.object({ begin: frameNumber, end: frameNumber, warmUpFrom: frameNumber }))
    .min(1),
});

export function writePlan(plan: VideoPlan): Uint8Array {
  const kept = (_: string, value: unknown) =>
    value instanceof Float32Array ? toBase64(value) : value;
  return new TextEncoder().encode(JSON.stringify(plan, kept));
}

/** Throws where the bytes are no plan. */
export function readPlan(bytes: Uint8Array): VideoPlan {
  return planSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

function toBase64({ buffer, byteOffset, byteLength }: NetworkStatistics): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function toStatistics(text: string): NetworkStatistics {
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
