/** What a style is learned from, and what it is learned with. */

import type { ReadImage } from '../images/read.ts';
import type { StyleDescription } from '../styles/import.ts';
import type { TrainingValues } from './hyperparameters.ts';
import type { LossNetworkSource } from './loss-network/use.ts';

export interface PaintingSource {
  readonly read: ReadImage;
  /** How much of the style comes from it; only proportions matter. */
  readonly weight: number;
}

/**
 * A style of the models folder, the bytes of a safetensors file, or what paints most like the paintings: what is told from the painting
 * where there is one and something to tell it, else the nearest style.
 */
export type Start =
  | { readonly style: string }
  | { readonly nearest: true }
  | { readonly file: () => Promise<Uint8Array> };

export interface LearnRequest {
  readonly description: Omit<StyleDescription, 'training'>;
  readonly paintings: readonly PaintingSource[];
  /** To practice on. */
  readonly photographs: readonly ReadImage[];
  /** For each photograph, in the same order, a picture that is white where shape is to be kept. */
  readonly masks?: readonly ReadImage[] | undefined;
  readonly lossNetwork: LossNetworkSource;
  /** Read where there is no checkpoint to go on from. */
  readonly start: Start;
  readonly hyperparameters: TrainingValues;
  /** For the style's card: what ran the training, and how it was told, where that is known. */
  readonly trainer: string;
  readonly command?: string | undefined;
}
