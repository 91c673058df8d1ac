/** Predictors are held against plain loops. */

import { describe, expect, test } from 'vitest';
import { onnxStylePredictor } from '../../src/engines/onnx/style-predictor.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { parameters } from '../../src/network/measures.ts';
import {
  encodedLength,
  type PredictorParts,
  predictedWeights,
  seenByEncoder,
} from '../../src/network/style-predictor.ts';
import type { Tensor, Weights } from '../../src/network/weights.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { randomNumbers, randomPicture } from '../support/random.ts';

const CHANGES = 3;
const random = randomNumbers(5);
const tensor = (...shape: number[]): Tensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.5),
});
const shape = { stem: 2, trunk: 3, blocks: 2, noise: true };
const base: Weights = new Map(
  parameters(trunkNetwork(shape)).map(({ name, shape: sides }) => [name, tensor(...sides)]),
);
const basis = new Map(
  [...base]
    .filter(([name]) => name.endsWith('/kernel'))
    .map(([name, kernel]) => [
      name,
      {
        steps: tensor(CHANGES, ...kernel.shape),
        stepSizes: tensor(CHANGES, kernel.shape.at(-1)!),
      },
    ]),
);
const numbers = encodedLength({ encoder: new Map(), base, basis });
/** Colors: 3 means, 3 deviations, 6 covariances; 2 for each channel; pairs of stem, down and two layers of the trunk. */
const features = 12 + 2 * (2 + 5 * 3) + 1 + 3 * 3;
const encoder: Weights = new Map([
  ...[...base].filter(([name]) => /^(?:stem|down|trunk)/.test(name)),
  ['stem/kernel', tensor(5, 5, 3, 2)],
  ['features/mean', tensor(features)],
  ['features/deviation', { shape: [features], data: new Float32Array(features).fill(0.3) }],
  ['code/kernel', tensor(features, 7)],
  ['dense/0/kernel', tensor(7, 6)],
  ['dense/0/bias', tensor(6)],
  ['dense/1/kernel', tensor(6, numbers)],
  ['dense/1/bias', tensor(numbers)],
]);
const parts: PredictorParts = { encoder, base, basis };

interface Planes {
  readonly width: number;
  readonly height: number;
  /** One per channel. */
  readonly values: readonly Float64Array[];
}

function colorsOf({ width, height, data }: Picture): Planes {
  const values = [0, 1, 2].map((channel) =>
    Float64Array.from({ length: width * height }, (_, i) => data[i * 3 + channel]! / 255 - 0.5),
  );
  return { width, height, values };
}

function convolved({ width, height, values }: Planes, name: string, stride: number): Planes {
  const { shape: sides, data } = encoder.get(`${name}/kernel`)!;
  const [size, , inputs, outputs] = sides as [number, number, number, number];
  const half = Math.floor(size / 2);
  const [w, h] = [Math.ceil(width / stride), Math.ceil(height / stride)];
  const planes = Array.from({ length: outputs }, (_, o) => {
    const plane = new Float64Array(w * h);
    for (let y = 0; y < h; y += 1) {
      for (let x = 0; x < w; x += 1) {
        for (let dy = 0; dy < size; dy += 1) {
          for (let dx = 0; dx < size; dx += 1) {
            const [fromY, fromX] = [y * stride + dy - half, x * stride + dx - half];
            if (fromY < 0 || fromX < 0 || fromY >= height || fromX >= width) continue;
            for (let i = 0; i < inputs; i += 1) {
              const tap = ((dy * size + dx) * inputs + i) * outputs + o;
              plane[y * w + x]! += data[tap]! * values[i]![fromY * width + fromX]!;
            }
          }
        }
      }
    }
    return plane;
  });
  return { width: w, height: h, values: planes };
}

const changedBy = (
  planes: Planes,
  change: (plane: Float64Array, channel: number) => Float64Array,
) => ({
  ...planes,
  values: planes.values.map(change),
});
const relu = (planes: Planes) =>
  changedBy(planes, (plane) => plane.map((value) => Math.max(0, value)));
const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
const centered = (values: Float64Array) => values.map((value) => value - mean(values));
const varianceOf = (values: Float64Array) => mean(centered(values).map((value) => value ** 2));
const deviationOf = (values: Float64Array) => Math.sqrt(varianceOf(values)) + 1e-4;

function normalized(planes: Planes, name: string): Planes {
  const [gamma, beta] = [encoder.get(`${name}/gamma`)!.data, encoder.get(`${name}/beta`)!.data];
  return changedBy(planes, (plane, channel) => {
    const scale = gamma[channel]! / Math.sqrt(varianceOf(plane) + 1e-5);
    return centered(plane).map((value) => value * scale + beta[channel]!);
  });
}

function pairs(planes: readonly Float64Array[], withOwn: boolean): number[] {
  return planes.flatMap((one, i) =>
    planes
      .slice(withOwn ? i : i + 1)
      .map((other) => mean(one.map((value, at) => value * other[at]!))),
  );
}

function featuresOf(picture: Picture): number[] {
  const seen: Planes[] = [];
  const layer = (planes: Planes, name: string, stride: number) => {
    const sums = convolved(planes, name, stride);
    seen.push(sums);
    return normalized(sums, name);
  };
  const colors = colorsOf(picture);
  let value = relu(layer(relu(layer(colors, 'stem', 2)), 'down', 2));
  for (const block of [0, 1]) {
    const change = layer(relu(layer(value, `trunk/${block}/conv1`, 1)), `trunk/${block}/conv2`, 1);
    value = changedBy(value, (plane, channel) =>
      plane.map((before, i) => before + change.values[channel]![i]!),
    );
  }
  const compared = [0, 1, 2, 5].map((i) =>
    seen[i]!.values.map((plane) => {
      const deviation = deviationOf(plane);
      return centered(plane).map((each) => each / deviation);
    }),
  );
  return [
    ...colors.values.map(mean),
    ...colors.values.map((plane) => Math.sqrt(varianceOf(plane))),
    ...pairs(colors.values.map(centered), true).map((covariance) => covariance * 4),
    ...seen.flatMap(({ values }) => [
      ...values.map((plane) => Math.sign(mean(plane)) * Math.log1p(Math.abs(mean(plane)))),
      ...values.map((plane) => Math.log(deviationOf(plane))),
    ]),
    ...compared.flatMap((planes) => pairs(planes, false)),
  ];
}

/** A row of numbers times a matrix. */
function times(input: readonly number[], name: string): number[] {
  const { shape: sides, data } = encoder.get(name)!;
  const outputs = sides[1]!;
  return Array.from({ length: outputs }, (_, o) =>
    input.reduce((sum, value, i) => sum + value * data[i * outputs + o]!, 0),
  );
}

function dense(input: readonly number[], name: string): number[] {
  const bias = encoder.get(`${name}/bias`)!.data;
  return times(input, `${name}/kernel`).map((value, o) => value + bias[o]!);
}

function encoded(picture: Picture): number[] {
  const [middle, deviation] = [
    encoder.get('features/mean')!.data,
    encoder.get('features/deviation')!.data,
  ];
  const found = featuresOf(picture);
  expect(found).toHaveLength(features);
  const standardized = found.map((value, i) =>
    Math.max(-4, Math.min(4, (value - middle[i]!) / deviation[i]!)),
  );
  const hidden = dense(times(standardized, 'code/kernel'), 'dense/0').map((value) =>
    Math.max(0, value),
  );
  return dense(hidden, 'dense/1');
}

test.each([
  [64, 64],
  [97, 65],
])('a picture of %i x %i is told as plain loops tell it', async (width, height) => {
  const picture = randomPicture(width, height, 9);
  const predictor = await onnxStylePredictor(parts, { threads: 1 });
  const told = await predictor.predict(picture);
  await predictor.close();
  const expected = predictedWeights(parts, encoded(picture));
  expect([...told.keys()]).toEqual([...base.keys()]);
  for (const [name, { data }] of expected) {
    const { data: found } = told.get(name)!;
    data.forEach((value, i) => {
      expect(Math.abs(value - found[i]!)).toBeLessThan(1e-4);
    });
  }
});

describe('weights', () => {
  test('are the base where nothing is said', () => {
    expect(predictedWeights(parts, new Float32Array(numbers))).toEqual(base);
  });

  test('add each change by its coefficient, and to all else what is said of it', () => {
    const said = Float32Array.from({ length: numbers }, () => random());
    const weights = predictedWeights(parts, said);
    const { steps, stepSizes } = basis.get('down/kernel')!;
    const { data, shape } = base.get('down/kernel')!;
    const outputs = shape.at(-1)!;
    const place = 17;
    let expected = data[place]!;
    for (let change = 0; change < CHANGES; change += 1) {
      const size = stepSizes.data[change * outputs + (place % outputs)]!;
      expected += said[change]! * size * steps.data[change * data.length + place]!;
    }
    expect(weights.get('down/kernel')?.data[place]).toBeCloseTo(expected, 5);
    const gamma = base.get('stem/gamma')!.data;
    expect(weights.get('stem/gamma')?.data[1]).toBeCloseTo(gamma[1]! + said[CHANGES + 1]!, 5);
  });
});

describe('what the encoder sees', () => {
  test.each([
    [1, 1, 64, 64],
    [1000, 20, 384, 64],
    [100, 300, 100, 300],
  ])('of %i x %i is %i x %i', (width, height, seenWidth, seenHeight) => {
    const seen = seenByEncoder(randomPicture(width, height, 1));
    expect([seen.width, seen.height]).toEqual([seenWidth, seenHeight]);
    expect(seen.data).toHaveLength(seenWidth * seenHeight * 3);
  });
});
