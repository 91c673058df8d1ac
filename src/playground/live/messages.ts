/** What the page and the painting worker tell each other. */

import type { MixPart } from '../../network/mix.ts';

export type Backend = 'webgpu' | 'wasm';

/** The trained network, or a lighter one of the same style for slower machines. */
export type NetworkSize = 'full' | 'light';

export type ToWorker =
  | {
      readonly kind: 'load';
      readonly mix: readonly MixPart[];
      readonly size: NetworkSize;
      /** Where what 8 bits need is, of the network of a single style. Absent for float32. */
      readonly rangesUrl?: string | undefined;
      /** To fetch the networks with: the visitor's key, where there is one. */
      readonly headers?: Readonly<Record<string, string>>;
      /** The best that the browser has where absent. */
      readonly backend?: Backend;
    }
  | { readonly kind: 'frame'; readonly frame: Frame };

export type FromWorker =
  | { readonly kind: 'ready'; readonly backend: Backend }
  | { readonly kind: 'painting'; readonly frame: Frame; readonly ms: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** Pixels as canvases have them: RGBA, row by row. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}
