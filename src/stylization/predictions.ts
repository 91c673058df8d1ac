/** A picture's bytes -> the weights of a style that paints like it, under the same limits and in the same turns as photographs. */

import { abandonable } from '../concurrency/deadline.ts';
import type { Claim } from '../concurrency/slots.ts';
import { ProblemError } from '../errors.ts';
import { decode } from '../images/decode.ts';
import { readHeader } from '../images/header.ts';
import { decodedBytes } from '../images/memory.ts';
import type { Engine } from '../network/engine.ts';
import { type StylePredictor, seenExtent } from '../network/style-predictor.ts';
import type { Weights } from '../network/weights.ts';
import { tellStyle } from '../styles/told-style.ts';
import { checkMemory, decodingSize } from './plan.ts';
import type { StylizerParts } from './stylizer.ts';

export interface PredictionContext {
  readonly signal: AbortSignal;
  /** Who waits for it, and until when; work without waits for a slot however long it takes. */
  readonly waiter?: Omit<Claim, 'size'>;
}

export interface Predictions {
  /** Whether there is something that predicts. */
  readonly isThere: boolean;
  /** SHA-256 of what predicts, in hex; undefined where nothing does. */
  digest(): Promise<string | undefined>;
  /** Rejects with a `ProblemError`, or with the signal's reason where it aborts. */
  predict(file: Uint8Array, context: PredictionContext): Promise<Weights>;
}

export interface LoadedPredictor {
  readonly predictor: StylePredictor;
  readonly digest: string;
}

export interface PredictionsParts
  extends Pick<StylizerParts, 'slots' | 'largeSlots' | 'headerSlots' | 'limits' | 'heic'> {
  readonly engine: Engine;
  readonly isThere: boolean;
  /** Undefined where there is none. */
  readonly load: () => Promise<LoadedPredictor | undefined>;
}

export function createPredictions(parts: PredictionsParts): Predictions {
  const { engine, isThere, load, limits, headerSlots, heic } = parts;
  return {
    isThere,
    digest: async () => (await load())?.digest,
    async predict(file, { signal, waiter }) {
      const loaded = await load();
      if (loaded === undefined) throw unavailable();
      const claim = (size: number) => waiter && { ...waiter, size };
      const header = await abandonable(
        signal,
        headerSlots.run(signal, () => readHeader(file, limits), claim(1)),
      );
      checkMemory(header, limits);
      const slots = decodedBytes(header) > limits.wholeBytes ? parts.largeSlots : parts.slots;
      const work = async (): Promise<Weights> => {
        const unpacked = header.format === 'heic' ? await heic.toTiff(file, header, signal) : file;
        const { picture } = await decode({ file: unpacked, header }, seenExtent(header.extent));
        signal.throwIfAborted();
        return tellStyle(picture, loaded.predictor, engine);
      };
      return abandonable(signal, slots.run(signal, work, claim(decodingSize(header))));
    },
  };
}

function unavailable(): ProblemError {
  const detail = 'Expected a predictor among the models: no style is told from a picture here.';
  return new ProblemError('prediction-unavailable', detail);
}
