import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { randomSequence } from '../../src/training/crops.ts';
import { onGrounds } from '../../src/training/grounds.ts';
import { halo, SURROUNDINGS, surroundings } from '../../src/training/halo.ts';
import { lattice } from '../../src/training/lattice.ts';
import { tensorflowMissing } from '../support/installed.ts';

const SIDE = 160;

const number = (scalar: tf.Scalar) => scalar.dataSync()[0]!;

/** [1, SIDE, SIDE, 3], the same in all colors. */
function gray(valueAt: (y: number, x: number) => number): tf.Tensor4D {
  const data = Float32Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return valueAt(Math.floor(pixel / SIDE), pixel % SIDE);
  });
  return tf.tensor4d(data, [1, SIDE, SIDE, 3]);
}

function texture(): tf.Tensor4D {
  const random = randomSequence(1, 1);
  const cells = Float32Array.from({ length: 37 * 37 }, () => 0.3 + 0.4 * random());
  const field = tf.image.resizeBilinear(tf.tensor4d(cells, [1, 37, 37, 1]), [SIDE, SIDE]);
  const fine = gray(() => 0.02 * random());
  return tf.add(tf.tile(field, [1, 1, 1, 3]), fine);
}

describe.skipIf(tensorflowMissing !== undefined)('what losses of features do not see', () => {
  beforeAll(async () => {
    await loadTensorflow();
  });

  test.each([4, 2, 8])('a pattern of %i pixels is a lattice, and texture hardly', (period) => {
    const pattern = gray((y, x) => (y % period === 0 && x % period === 0 ? 0.1 : 0));
    const plain = number(lattice(texture()));
    expect(plain).toBeLessThan(1);
    expect(number(lattice(tf.add(texture(), pattern)))).toBeGreaterThan(plain + 1);
  });

  test('pictures smaller than a square have none', () => {
    expect(number(lattice(tf.fill([2, 60, 300, 3], 0.5)))).toBe(0);
    expect(number(lattice(tf.fill([1, 130, 70, 3], 0.5)))).toBe(0);
  });

  test('its gradient takes a pattern away', () => {
    const pattern = gray((y, x) => (y % 4 === 1 && x % 4 === 2 ? 0.1 : 0));
    let painting: tf.Tensor4D = tf.add(texture(), pattern);
    const before = number(lattice(painting));
    for (let step = 0; step < 60; step += 1) {
      const gradient = tf.grad((pixels) => lattice(pixels as tf.Tensor4D))(painting);
      const length = tf.norm(gradient);
      painting = tf.sub(painting, tf.mul(gradient, tf.div(0.4, length)));
    }
    expect(number(lattice(painting))).toBeLessThan(before / 3);
  });

  const fromDisc = (y: number, x: number) => Math.hypot(y - 70, x - 90) - 25;
  const disc = () =>
    tf.slice4d(
      gray((y, x) => (fromDisc(y, x) <= 0 ? 1 : 0)),
      [0, 0, 0, 0],
      [1, SIDE, SIDE, 1],
    );

  test('a ring of another color is a halo, as strong as it differs', () => {
    const around = surroundings(disc());
    const painted = (ring: number) =>
      gray((y, x) => {
        const distance = fromDisc(y, x);
        if (distance <= 0) return 0.2;
        return distance < 24 ? 0.8 + ring : 0.8;
      });
    expect(number(halo(painted(0), around))).toBeCloseTo(0, 5);
    const weak = number(halo(painted(0.05), around));
    expect(weak).toBeGreaterThan(0.04);
    expect(weak).toBeLessThanOrEqual(0.0501);
    expect(number(halo(painted(0.1), around)) / weak).toBeCloseTo(2, 3);
  });

  test('halos are looked for on plain grounds only', () => {
    const photos = () => tf.fill([12, SIDE, SIDE, 3], 0.5) as tf.Tensor4D;
    const place = { seed: 4, step: 2, first: 0 };
    const none = onGrounds(photos(), 0, place).covered;
    expect(tf.sum(none).dataSync()[0]).toBe(0);
    expect(number(halo(texture(), surroundings(tf.zeros([1, SIDE, SIDE, 1]))))).toBe(0);
    expect(number(halo(texture(), tf.zeros([1, SIDE, SIDE, SURROUNDINGS])))).toBe(0);
    const { photos: shown, covered } = onGrounds(photos(), 1, place);
    const around = surroundings(covered);
    const [stands, masks] = [tf.split(covered, 12), tf.split(around, 12)];
    const grounds = tf.split(shown, 12).flatMap((crop, i) => {
      const far = tf.slice4d(
        masks[i] as tf.Tensor4D,
        [0, 0, 0, SURROUNDINGS - 1],
        [1, SIDE, SIDE, 1],
      );
      if (number(tf.sum(stands[i]!)) === 0 || number(tf.sum(far)) === 0) return [];
      const lowest = tf.min(tf.add(crop as tf.Tensor4D, tf.mul(tf.sub(1, far), 9)), [0, 1, 2]);
      const highest = tf.max(tf.sub(crop as tf.Tensor4D, tf.mul(tf.sub(1, far), 9)), [0, 1, 2]);
      return [number(tf.max(tf.sub(highest, lowest)))];
    });
    expect(grounds.length).toBeGreaterThan(1);
    for (const spread of grounds) expect(spread).toBeLessThan(0.03);
  });
});
