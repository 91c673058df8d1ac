/** What the decoder of HEIC files is told and says. */

export interface HeicRequest {
  /** libheif, compiled. */
  readonly module: WebAssembly.Module;
  readonly file: Uint8Array;
  readonly hasAlpha: boolean;
  readonly bits: 8 | 16;
  readonly profile: Uint8Array | undefined;
  /** Longest side of anything in the file, in pixels. */
  readonly maxSide: number;
}

export type HeicReply =
  /** A TIFF. */
  { readonly tiff: Uint8Array<ArrayBuffer> } | { readonly unreadable: string };
