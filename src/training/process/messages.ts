/** What is said to the process in which a style is learned, and what it tells. */

import type { ProblemType } from '../../errors.ts';
import type { DecodeLimits } from '../../images/header.ts';
import type { StyleDescription } from '../../styles/import.ts';
import type { QuickChoices } from '../quick.ts';

/** What is to be learned. */
export interface StyleOrder {
  readonly painting: Uint8Array;
  readonly description: Omit<StyleDescription, 'training'>;
  readonly choices: QuickChoices;
  /** What an earlier process has kept, to go on from. */
  readonly checkpoint?: Uint8Array | undefined;
}

/** What it is learned with. */
export interface Workshop {
  /** Of photographs to practice on. */
  readonly photosDir: string;
  /** Folder or file. */
  readonly lossNetwork: string;
  /** Of the styles to begin at. */
  readonly modelsDir: string;
  /** Threads that one painting may use. */
  readonly threads: number;
  readonly limits: DecodeLimits;
}

export type ProcessRequest =
  | { readonly kind: 'check' }
  | {
      readonly kind: 'learn';
      readonly order: StyleOrder;
      readonly workshop: Workshop;
      /** Empty folder in which the style is made, as a folder of its id. */
      readonly folder: string;
    };

export type ProcessNews =
  | { readonly kind: 'step'; readonly done: number }
  | { readonly kind: 'checkpoint'; readonly bytes: Uint8Array }
  | { readonly kind: 'preview'; readonly done: number; readonly jpeg: Uint8Array }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'failed';
      readonly detail: string;
      readonly problem?: ProblemType | undefined;
    };
