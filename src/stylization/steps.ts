/** The steps of a stylization, as its timings name them. */

import type { Extent } from '../pictures/picture.ts';
import type { Spans } from '../telemetry/spans.ts';
import type { Canvas } from './canvas.ts';

export type StepName =
  | 'header'
  | 'unpack'
  | 'decode'
  | 'resize'
  | 'inference'
  | 'combine'
  | 'encode'
  | LevelStep;

/** One level of a picture that is painted coarse to fine, which consists of other steps. */
export type LevelStep = `level-${number}`;

/** Runs and times one step. Rejects with the signal's reason where it has aborted before. */
export type Step = <T>(name: StepName, work: () => Promise<T>) => Promise<T>;

/** The signal aborts when the caller is gone or the deadline has passed. */
export function stepRunner(signal: AbortSignal, spans: Spans): Step {
  return async (name, work) => {
    signal.throwIfAborted();
    return spans.measure(name, work);
  };
}

/** The canvas, with each of its operations as a step. */
export function inSteps<P extends Extent, A>(canvas: Canvas<P, A>, step: Step): Canvas<P, A> {
  return {
    ...canvas,
    decode: (source, extent) => step('decode', () => canvas.decode(source, extent)),
    resize: (picture, extent) => step('resize', () => canvas.resize(picture, extent)),
    resample: (painting, extent) => step('resize', () => canvas.resample(painting, extent)),
    paint: (picture) => step('inference', () => canvas.paint(picture)),
    paintOver: (painting, photo, detail) =>
      step('inference', () => canvas.paintOver(painting, photo, detail)),
    combine: (picture, others, change) =>
      step('combine', () => canvas.combine(picture, others, change)),
    encode: (painting, alpha, options) =>
      step('encode', () => canvas.encode(painting, alpha, options)),
  };
}
