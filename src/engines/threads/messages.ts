/** What the answering thread and the painting threads say to each other. */

import type { ActivationRanges } from '../../network/activation-ranges.ts';
import type { NetworkStatistics, SteadyInputs } from '../../network/engine.ts';
import type { Network } from '../../network/layers.ts';
import type { PredictorParts } from '../../network/style-predictor.ts';
import type { Weights } from '../../network/weights.ts';
import type { Picture } from '../../pictures/picture.ts';
import type { EngineName } from '../create.ts';

export interface WorkerOptions {
  readonly engine: EngineName;
  readonly threads: number;
}

export type WorkerCommand =
  | { readonly kind: 'start' }
  | {
      readonly kind: 'load';
      readonly session: number;
      readonly network: Network;
      readonly weights: Weights;
      readonly ranges: ActivationRanges | undefined;
    }
  | {
      readonly kind: 'run';
      readonly session: number;
      readonly picture: Picture;
      readonly steady?: SteadyInputs;
    }
  | { readonly kind: 'measure'; readonly session: number; readonly picture: Picture }
  | { readonly kind: 'load-predictor'; readonly session: number; readonly parts: PredictorParts }
  | { readonly kind: 'predict'; readonly session: number; readonly picture: Picture }
  | { readonly kind: 'close'; readonly session: number };

/** What a thread has painted; with its statistics where they were asked for. */
export interface Painted {
  readonly painting: Picture;
  readonly statistics?: NetworkStatistics;
}

/** What a picture was found to be as a style. */
export interface Predicted {
  readonly weights: Weights;
}

export type WorkerResult = Painted | Predicted;

export interface WorkerReply {
  readonly id: number;
  readonly result?: WorkerResult | undefined;
  readonly error?: { readonly name: string; readonly message: string };
}
