/** A predictor of styles whose encoder ONNX Runtime computes. */

import './without-telemetry.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ENCODER_INPUT, ENCODER_OUTPUT, onnxEncoder } from '../../formats/onnx/encoder-model.ts';
import {
  encodedLength,
  type PredictorParts,
  predictedWeights,
  type StylePredictor,
  seenByEncoder,
} from '../../network/style-predictor.ts';
import { sessionOptions } from './engine.ts';

export async function onnxStylePredictor(
  parts: PredictorParts,
  { threads }: { readonly threads: number },
): Promise<StylePredictor> {
  const session = await InferenceSession.create(
    onnxEncoder(parts.encoder),
    sessionOptions(threads),
  );
  const expected = encodedLength(parts);
  return {
    async predict(painting) {
      const { width, height, data } = seenByEncoder(painting);
      const picture = new Tensor('uint8', data, [1, height, width, 3]);
      const { [ENCODER_OUTPUT]: encoded } = await session.run({ [ENCODER_INPUT]: picture });
      if (!(encoded?.data instanceof Float32Array) || encoded.data.length !== expected) {
        throw new TypeError(`Expected ${expected} numbers of the encoder, got others.`);
      }
      return predictedWeights(parts, encoded.data);
    },
    close: () => session.release(),
  };
}
