/** What pictures lie on while they are worked on: memory or files. */

import type { EncodeOptions } from '../images/encode.ts';
import type { Source } from '../images/open.ts';
import type { Extent, Picture } from '../pictures/picture.ts';

/** What painting needs. Nothing that goes in is changed. */
export interface Surface<P extends Extent> {
  /** At exactly this size. */
  resize(picture: P, extent: Extent): Promise<P>;
  /** Likewise, in the one way in which paintings go from level to level, whatever they lie on. */
  resample(painting: P, extent: Extent): Promise<P>;
  /** Of the same size. */
  paint(picture: P): Promise<P>;
  /** Whether pictures of this size are painted over others all at once here, by {@link Surface.paintOver}. */
  paintsOver(extent: Extent): boolean;
  /** `photo` painted over a smaller painting of it, as `coarse-to-fine.ts` does it step by step. */
  paintOver(painting: P, photo: P, detail: number): Promise<P>;
  /** A copy of the first picture, changed by what is in the others, all of one size, piece by piece. */
  combine(
    picture: P,
    others: readonly P[],
    change: (bytes: Uint8Array, others: readonly Uint8Array[]) => void,
  ): Promise<P>;
  /** Says that nobody looks at it any more. */
  drop(picture: P): Promise<void>;
  /** Into memory, and out of it. */
  read(picture: P): Promise<Picture>;
  write(picture: Picture): Promise<P>;
}

export interface Photo<P extends Extent, A> {
  readonly picture: P;
  /** How opaque each pixel is; undefined where the whole picture is opaque. */
  readonly alpha: A | undefined;
}

/** A surface on which photographs arrive as files, and which paintings leave as such. */
export interface Canvas<P extends Extent, A> extends Surface<P> {
  /** Upright, of this size. Rejects with an `image-unreadable` problem. */
  decode(source: Source, extent: Extent): Promise<Photo<P, A>>;
  encode(
    painting: P,
    alpha: A | undefined,
    options: EncodeOptions,
  ): Promise<Uint8Array<ArrayBuffer>>;
}
