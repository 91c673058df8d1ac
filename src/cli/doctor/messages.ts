/** What is said to the process that tries something, and what it answers. */

import type { Config } from '../../config/config.ts';
import type { EngineName } from '../../engines/create.ts';
import type { Precision } from '../../styles/precision.ts';

export const OPTIONAL_PACKAGES = ['zeromq', 'h5wasm/node'] as const;
export type OptionalPackage = (typeof OPTIONAL_PACKAGES)[number];

/** To paint a gray square with the default style, or to load a package. */
export type ProbeRequest =
  | { readonly kind: 'engine'; readonly engine: EngineName; readonly config: Config }
  | { readonly kind: 'package'; readonly name: OptionalPackage };

export type ProbeReply =
  | { readonly kind: 'painted'; readonly ms: number; readonly precision: Precision }
  | { readonly kind: 'loaded' }
  /** It is not installed, or cannot run here. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Pixels on each side of the square. */
export const PROBE_SIDE = 256;
