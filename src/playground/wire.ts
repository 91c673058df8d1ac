/** The parts of the API's answers that the page reads. */

import type { ConvolutionRanges } from '../network/activation-ranges.ts';

export interface WireStyle {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly year: string;
  readonly preview_url: string;
  /** Whether the visitor had it learned, and may delete it. */
  readonly learned: boolean;
  /** Whether no training has seen its picture. */
  readonly instant: boolean;
  /** Of a style that is faithful in 8 bits. */
  readonly ranges_url?: string;
  /** Where there is a lighter network. */
  readonly light?: object;
}

/** What a style's network needs to compute in 8 bits, by the names of its convolutions. */
export interface WireRanges {
  readonly convolutions: Readonly<Record<string, ConvolutionRanges>>;
}

export interface WireStyles {
  readonly styles: readonly WireStyle[];
  readonly default_style: string;
  /** Whether visitors can have styles learned. */
  readonly can_learn: boolean;
  /** Whether styles are told from pictures at once. */
  readonly can_tell: boolean;
  /** For how long links to paintings work; null where the service makes none. */
  readonly link_seconds: number | null;
}

export interface WireLink {
  readonly url: string;
  readonly expires_at: string;
}

export interface WireProblem {
  readonly type?: string;
  readonly detail: string;
}

/** A picture or a video that is painted as a job. */
export interface WireJob {
  readonly id: string;
  readonly status: 'queued' | 'processing' | 'succeeded' | 'failed' | 'canceled';
  readonly progress: {
    readonly done: number;
    readonly total: number;
    readonly unit: string;
  } | null;
  readonly error: WireProblem | null;
  /** Of videos: where the first painted frame is; of styles: a picture of how they paint so far. */
  readonly preview?: string | null;
  readonly output: { readonly url: string; readonly media_type: string } | null;
}
