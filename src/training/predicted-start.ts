/** Where learning a painting begins where styles are told from pictures: at what is told from this one. */

import { onnxEngine } from '../engines/onnx/engine.ts';
import { onnxStylePredictor } from '../engines/onnx/style-predictor.ts';
import { decodePicture } from '../images/decode.ts';
import type { DecodeLimits } from '../images/header.ts';
import type { ReadImage } from '../images/read.ts';
import { resize } from '../images/resize.ts';
import { seenExtent } from '../network/style-predictor.ts';
import type { Weights } from '../network/weights.ts';
import { openPredictor } from '../styles/predictor.ts';
import { tellStyle } from '../styles/told-style.ts';

export interface PredictedStartParts {
  readonly modelsDir: string;
  readonly threads: number;
  readonly limits: DecodeLimits;
}

/** Undefined where nothing tells styles. Throws like {@link decodePicture}. */
export async function predictedStart(
  read: ReadImage,
  { modelsDir, threads, limits }: PredictedStartParts,
): Promise<Weights | undefined> {
  const stored = await openPredictor(modelsDir);
  if (stored === undefined) return undefined;
  const painting = await decodePicture(await read(), limits);
  const predictor = await onnxStylePredictor(stored.parts, { threads });
  try {
    const seen = await resize(painting, seenExtent(painting));
    return await tellStyle(seen, predictor, onnxEngine({ threads }));
  } finally {
    await predictor.close();
  }
}
