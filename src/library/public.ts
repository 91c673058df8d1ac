/** What `impasto` exports, with nothing of the program in it: the package's declarations are made of this file. */

/** What paints, and how much of the machine it may use. Each has the default that the server has. */
export interface ImpastoSettings {
  /** Folder with one folder per style; the styles of this package where absent. */
  readonly modelsDir?: string | undefined;
  /** Painted where no style is named: a style or a mix; `starry-night` where absent. */
  readonly defaultStyle?: string | undefined;
  /** Inference runtime; `onnx`, ONNX Runtime on the processor, where absent. */
  readonly engine?: 'onnx' | 'onnx-cuda' | 'tensorflow' | undefined;
  /** What `onnx` computes in; `auto`, whichever is faster here, where absent. */
  readonly precision?: 'auto' | 'float32' | 'int8' | undefined;
  /** Pictures painted at the same time; one for two cores where absent. More wait for their turn. */
  readonly workers?: number | undefined;
  /** Threads that one painting may use; two where absent. */
  readonly threads?: number | undefined;
  /** Largest picture, width times height; 120 million where absent. */
  readonly maxPixels?: number | undefined;
  /** Folder for what large pictures need on disk; the system's for temporary files where absent. */
  readonly scratchDir?: string | undefined;
}

/** How a photograph is painted: the options of the HTTP API, by the same names and with the same defaults. */
export interface StylizeOptions {
  /** A style, or a mix of up to eight such as `great-wave:0.6,the-scream:0.4`. */
  readonly style?: string | undefined;
  /** How much of the painting replaces the photograph, 0 to 1; 1 where absent. */
  readonly strength?: number | undefined;
  /** Keep the photograph's colors, paint its light only. */
  readonly preserve_colors?: boolean | undefined;
  /** Size of the brush strokes, 0.25 to 4; 1 where absent. */
  readonly stroke_size?: number | undefined;
  /** How much of their own detail pictures above 768 pixels keep, 0 to 1; 0.25 where absent. */
  readonly detail?: number | undefined;
  /** Leave a white background as it is; a transparent one always stays. */
  readonly preserve_background?: boolean | undefined;
  /** Long edge of the painting in pixels, at most; the photograph's own size where absent. */
  readonly max_size?: number | undefined;
  /** Encoder quality, 1 to 100; 90 for JPEG, 85 for WebP, 65 for AVIF where absent. */
  readonly quality?: number | undefined;
  /** Format of the painting; with `auto`, which it is where absent, the photograph's own as far as it is written. */
  readonly format?: 'auto' | 'jpeg' | 'png' | 'webp' | 'avif' | undefined;
  /** Gives up: `stylize` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A painting with what is known of it. */
export interface Painting {
  /** The image file. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** Such as `image/jpeg`. */
  readonly mediaType: string;
  readonly format: 'jpeg' | 'png' | 'webp' | 'avif';
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** The style or mix that it is painted in. */
  readonly style: string;
}

/** What can be painted in. */
export interface Style {
  /** As `style` names it. */
  readonly id: string;
  /** Of the painting that it was learned from. */
  readonly title: string;
  readonly artist: string;
  readonly year: string;
  /** Why that painting may be used. */
  readonly rights: string;
}

/** Paints in this process, until it is closed. */
export interface Impasto {
  /**
   * Paints a photograph: the bytes of an image file (JPEG, PNG, WebP, AVIF, HEIC, GIF, TIFF), or where the file is.
   * However many are asked for at once, as many are painted as there are workers, and the others wait. Rejects with an
   * {@link ImpastoError}, or with the signal's reason where it aborts.
   */
  stylize(photo: Uint8Array | string | URL, options?: StylizeOptions): Promise<Painting>;
  /** What there is to paint with, sorted by id. */
  styles(): Style[];
  /** Finishes what is being painted and frees threads and memory, without which the process does not end. */
  close(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** One option or setting that is not as expected. */
export interface FieldProblem {
  /** JSON pointer (RFC 6901) to it, such as `/strength`. */
  readonly pointer: string;
  /** What was expected, and what came. */
  readonly detail: string;
}

/** What went wrong, as the HTTP API says it (RFC 9457). */
export interface Problem {
  /** One of the types in docs/api.md, such as `style-not-found`. */
  readonly type: string;
  /** The type in a few words. */
  readonly title: string;
  /** What was expected here, and what came. */
  readonly detail: string;
  /** Each that is not as expected, where several can be. */
  readonly errors?: readonly FieldProblem[] | undefined;
}

/** All that Impasto throws; the message is the problem's detail. */
export class ImpastoError extends Error implements Problem {
  override readonly name = 'ImpastoError';
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldProblem[] | undefined;

  constructor({ type, title, detail, errors }: Problem, options?: { readonly cause?: unknown }) {
    super(detail, options);
    this.type = type;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
  }
}
