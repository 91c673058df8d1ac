/**
 * What kinds of work jobs do. Queues, records, webhooks and progress know jobs by their states; what a job
 * is to do and what comes of it, only its kind knows.
 */

import type { z } from 'zod';
import type { ProblemType } from '../errors.ts';
import type { ImageSource } from '../sources/image-source.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { LearnedStyles } from '../styles/learned-styles.ts';
import type { Stylizer } from '../stylization/stylizer.ts';
import type { VideoStylizer } from '../stylization/video/stylize-video.ts';
import type { Spans } from '../telemetry/spans.ts';
import type { StyleTrainer } from '../training/style-trainer.ts';
import type { JobRequest, Progress } from './job.ts';

/** What is needed to make addresses that callers can use. */
export interface Addresses {
  readonly blobs: BlobStore;
  /** Scheme, host and port under which this service is reached. */
  readonly origin: string;
  /** How long the output's URL works. */
  readonly urlTtlSeconds: number;
}

/** What kinds of work are done with. */
export interface Tools {
  readonly blobs: BlobStore;
  readonly images: ImageSource;
  readonly videoFiles: ImageSource;
  readonly stylizer: Stylizer;
  readonly videos: VideoStylizer;
  readonly learned: LearnedStyles;
  readonly trainer: StyleTrainer;
}

export interface Preparation {
  readonly signal: AbortSignal;
  readonly spans: Spans;
}

export interface Turn extends Preparation {
  readonly id: string;
  readonly report: (progress: Progress) => void;
  /** Tells others that they may do parts of the work, numbered from 0. */
  readonly share: (parts: number) => Promise<void>;
}

/** Part of the work of a job that someone else has begun. */
export interface Assistance {
  readonly id: string;
  readonly part: number;
  readonly signal: AbortSignal;
}

export interface JobKind<Work = unknown, Output = unknown> {
  /** Events are named by it, such as `stylization.succeeded`. */
  readonly name: string;
  /** What answers about a job say that is not there. */
  readonly notFound: ProblemType;
  /** What is to be done, as the job's record keeps it. */
  readonly work: z.ZodType<Work>;
  /** What came of it, as the record of a job that has succeeded keeps it. */
  readonly output: z.ZodType<Output>;
  /** Keys of blobs that are kept for this work alone. */
  inputKeys(work: Work): readonly string[];
  /** What callers are told beside the job's state, by the names of the API. */
  describe(work: Work, output: Output | undefined, addresses: Addresses): Promise<object>;
  /**
   * Resolves when everything is there that the work needs, which may take long and holds up nobody; what it
   * resolves to does the work when the job's turn has come. The same work must give the same output,
   * whoever does it, and be safe to do twice.
   */
  prepare(
    work: Work,
    tools: Tools,
    preparation: Preparation,
  ): Promise<(turn: Turn) => Promise<Output>>;
  /**
   * Does one of the parts that the work was shared in, where nobody has yet. The one who has begun the job
   * does without it where it fails. Absent where work is not shared.
   */
  assist?(work: Work, tools: Tools, assistance: Assistance): Promise<void>;
}

/** By their names. */
export type JobKinds = Readonly<Record<string, JobKind>>;

/** A kind whose own types are forgotten: what it is given is held against its schemas first. */
export function jobKind<Work, Output>(kind: JobKind<Work, Output>): JobKind {
  return {
    ...kind,
    inputKeys: (work) => kind.inputKeys(kind.work.parse(work)),
    describe: (work, output, addresses) =>
      kind.describe(
        kind.work.parse(work),
        output === undefined ? undefined : kind.output.parse(output),
        addresses,
      ),
    prepare: (work, tools, preparation) => kind.prepare(kind.work.parse(work), tools, preparation),
    ...(kind.assist && {
      assist: (work: unknown, tools: Tools, assistance: Assistance) =>
        kind.assist!(kind.work.parse(work), tools, assistance),
    }),
  };
}

/** Undefined where this process does not know the kind, as one of an earlier version may not. */
export function knownKind(kinds: JobKinds, { kind }: JobRequest): JobKind | undefined {
  return Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
}

/** Throws a TypeError where this process does not know the kind. */
export function kindOf(kinds: JobKinds, request: JobRequest): JobKind {
  const kind = knownKind(kinds, request);
  if (kind) return kind;
  const names = Object.keys(kinds).join(' or ');
  throw new TypeError(`Expected a job of kind ${names}, got ${request.kind}.`);
}
