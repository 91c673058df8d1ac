/** The part of libheif-js 1.23 that is used here; its own declarations leave much of it out. */

declare module 'libheif-js/libheif-wasm/libheif.js' {
  /** A value of one of libheif's enumerations. */
  interface EnumValue {
    readonly value: number;
  }

  export interface Plane {
    readonly stride: number;
    readonly width: number;
    readonly height: number;
    /** Bits that count, of one sample. */
    readonly bits_per_pixel: number;
    readonly data: Uint8Array;
  }

  interface Failure {
    readonly code: EnumValue;
    readonly message: string;
  }

  interface Decoded {
    readonly image: object;
    readonly width: number;
    readonly height: number;
    readonly channels: readonly Plane[];
  }

  export interface Libheif {
    heif_context_alloc(): object;
    heif_context_set_maximum_image_size_limit(context: object, side: number): void;
    heif_context_read_from_memory(context: object, file: Uint8Array): Failure;
    heif_js_context_get_primary_image_handle(context: object): object | Failure;
    heif_js_decode_image2(
      handle: object,
      colorspace: EnumValue,
      chroma: EnumValue,
    ): Decoded | Failure;
    readonly heif_error_code: { readonly heif_error_Ok: EnumValue };
    readonly heif_colorspace: { readonly heif_colorspace_RGB: EnumValue };
    readonly heif_chroma: Readonly<
      Record<
        | 'heif_chroma_interleaved_RGB'
        | 'heif_chroma_interleaved_RGBA'
        | 'heif_chroma_interleaved_RRGGBB_LE'
        | 'heif_chroma_interleaved_RRGGBBAA_LE',
        EnumValue
      >
    >;
  }

  interface Options {
    /** Takes what Emscripten imports, and gives what it exports. */
    instantiateWasm(
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance) => void,
    ): WebAssembly.Exports;
  }

  const create: (options: Options) => Libheif;
  export default create;
}
