/** Kernels in polyphase form against the layers that they stand for, away from the edges. */

import { expect, test } from 'vitest';
import type { Kernel } from '../../src/core/onnx/convolution.ts';
import { doublingKernel, paintingBias, paintingKernel } from '../../src/core/onnx/phases.ts';
import { randomNumbers } from '../support/random.ts';

/** [channels][height][width]. */
type Planes = number[][][];

const SIDE = 6;
const random = randomNumbers(1);
const [INPUTS, OUTPUTS] = [2, 3];

function planes(
  channels: number,
  side: number,
  value: (c: number, y: number, x: number) => number,
) {
  const indices = (count: number) => Array.from({ length: count }, (_, i) => i);
  return indices(channels).map((c) =>
    indices(side).map((y) => indices(side).map((x) => value(c, y, x))),
  );
}

function randomKernel(outputs: number, inputs: number): Pick<Kernel, 'data' | 'shape'> {
  const data = Float32Array.from({ length: outputs * inputs * 9 }, () => random() - 0.5);
  return { data, shape: [outputs, inputs, 3, 3] };
}

function convolve(input: Planes, { data, shape }: Pick<Kernel, 'data' | 'shape'>): Planes {
  const [outputs, inputs] = shape;
  return planes(outputs, input[0]!.length, (o, y, x) => {
    let sum = 0;
    for (let i = 0; i < inputs; i += 1) {
      for (let tap = 0; tap < 9; tap += 1) {
        const pixel = input[i]![y + Math.floor(tap / 3) - 1]?.[x + (tap % 3) - 1] ?? 0;
        sum += pixel * data[(o * inputs + i) * 9 + tap]!;
      }
    }
    return sum;
  });
}

function without<Item>(items: readonly Item[], margin: number): Item[] {
  return items.slice(margin, items.length - margin);
}

function expectClose(a: Planes, b: Planes, margin: number): void {
  const inside = (picture: Planes) =>
    picture.map((plane) => without(plane, margin).map((row) => without(row, margin)));
  const [left, right] = [inside(a).flat(2), inside(b).flat(2)];
  expect(left.length).toBeGreaterThan(0);
  expect(left).toHaveLength(right.length);
  left.forEach((value, i) => {
    expect(value).toBeCloseTo(right[i]!, 5);
  });
}

test('a kernel over repeated pixels gives the phases of what it stands for', () => {
  const picture = planes(INPUTS, SIDE, () => random());
  const kernel = randomKernel(OUTPUTS, INPUTS);
  const doubled = planes(INPUTS, SIDE * 2, (c, y, x) => picture[c]![y >> 1]![x >> 1]!);
  const expected = convolve(doubled, kernel);
  const phases = convolve(picture, doublingKernel(kernel));
  const woven = planes(
    OUTPUTS,
    SIDE * 2,
    (c, y, x) => phases[c * 4 + (y & 1) * 2 + (x & 1)]![y >> 1]![x >> 1]!,
  );
  // Zeros around the picture stay zeros when it is doubled: no difference at the edges, either.
  expectClose(woven, expected, 0);
});

test('a head and the smoothing after it are one kernel from phases to pixels', () => {
  const picture = planes(INPUTS, SIDE * 2, () => random());
  const head = randomKernel(12, INPUTS);
  const bias = Float32Array.from({ length: 12 }, () => random());
  const channels = convolve(picture, head);
  const pixels = planes(3, SIDE * 4, (color, y, x) => {
    const channel = ((y & 1) * 2 + (x & 1)) * 3 + color;
    return channels[channel]![y >> 1]![x >> 1]! + bias[channel]!;
  });
  const smoothed = planes(3, SIDE * 4, (color, y, x) => {
    const at = (down: number, right: number) => pixels[color]![y + down]?.[x + right] ?? 0;
    const row = (down: number) => at(down, -1) + 2 * at(down, 0) + at(down, 1);
    return (row(-1) + 2 * row(0) + row(1)) / 16;
  });

  const phases = planes(
    INPUTS * 4,
    SIDE,
    (c, y, x) => picture[c >> 2]![y * 2 + ((c >> 1) & 1)]![x * 2 + (c & 1)]!,
  );
  const blocks = convolve(phases, paintingKernel(head));
  const added = paintingBias(bias);
  const painted = planes(3, SIDE * 4, (color, y, x) => {
    const channel = ((y & 3) * 4 + (x & 3)) * 3 + color;
    return blocks[channel]![y >> 2]![x >> 2]! + added[channel]!;
  });
  expectClose(painted, smoothed, 4);
});
