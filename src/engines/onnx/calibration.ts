/** Calibration: what flows through a network when it paints photographs. */

import './without-telemetry.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ONNX_INPUT } from '../../formats/onnx/ends.ts';
import { HIGHEST, LOWEST, onnxRangeModel } from '../../formats/onnx/standard-model.ts';
import { type ActivationRanges, type Interval, united } from '../../network/activation-ranges.ts';
import type { Network } from '../../network/layers.ts';
import type { Weights } from '../../network/weights.ts';
import type { Picture } from '../../pictures/picture.ts';

type Outputs = Awaited<ReturnType<InferenceSession['run']>>;

/** The ranges over all pictures, each with sides of at least `smallestSide(network)`. */
export async function observeRanges(
  network: Network,
  weights: Weights,
  pictures: readonly Picture[],
): Promise<ActivationRanges> {
  const session = await InferenceSession.create(onnxRangeModel(network, weights), {
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  let ranges: ActivationRanges | undefined;
  for (const { width, height, data } of pictures) {
    const image = new Tensor('uint8', data, [1, height, width, 3]);
    const found = rangesOf(await session.run({ [ONNX_INPUT]: image }));
    ranges = ranges ? united(ranges, found) : found;
  }
  await session.release();
  if (ranges === undefined) throw new TypeError('Expected at least one picture to calibrate with.');
  return ranges;
}

function rangesOf(outputs: Outputs): ActivationRanges {
  const names = Object.keys(outputs)
    .filter((name) => name.endsWith(`:output${LOWEST}`))
    .map((name) => name.slice(0, -`:output${LOWEST}`.length));
  return new Map(
    names.map((name) => {
      const lowest = channelsOf(outputs, `${name}:output${LOWEST}`);
      const highest = channelsOf(outputs, `${name}:output${HIGHEST}`);
      const magnitudes = highest.map((high, i) => Math.max(high, -lowest[i]!));
      const output: Interval = [Math.min(...lowest), Math.max(...highest)];
      const input: Interval = [
        Math.min(...channelsOf(outputs, `${name}:input${LOWEST}`)),
        Math.max(...channelsOf(outputs, `${name}:input${HIGHEST}`)),
      ];
      return [name, { input, output, magnitudes }];
    }),
  );
}

function channelsOf(outputs: Outputs, name: string): number[] {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new TypeError(`Expected float32 output ${name}.`);
  return Array.from(data);
}
