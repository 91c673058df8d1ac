/**
 * Regular patterns that a network leaves in what it paints, with the period of its stride above all: four pixels. They
 * stand out of a painting's power spectrum as peaks, where strokes, which repeat nowhere exactly, make it broad.
 */

import * as tf from '@tensorflow/tfjs-core';

/** Side in pixels of the squares whose spectrum is taken. */
const TILE = 64;

/** Frequencies below this are large forms, not texture. */
const LOWEST = 4;

/** Places in the spectrum, each way, whose median is a peak's neighborhood. */
const RADIUS = 4;

/** Distance in the spectrum between the peaks of a pattern of the network's own period. */
const OWN = TILE / 4;

/** How far peaks may stand above their neighborhood: of the network's own period, and of any other. */
const OWN_LIMIT = 1.5;
const LIMIT = 3;

/** Peaks of any period that count, the highest ones. */
const HIGHEST = 12;

const LUMA = [0.299, 0.587, 0.114];

const turns = Float32Array.from({ length: TILE }, (_, i) => (2 * Math.PI * i) / TILE);
const hann = turns.map((turn) => (1 - Math.cos(turn)) / 2);
const window = Float32Array.from(
  { length: TILE * TILE },
  (_, i) => hann[i % TILE]! * hann[Math.floor(i / TILE)]!,
);

/** [TILE, 2 * TILE]: cosines and sines of every frequency. */
const basis = Float32Array.from({ length: TILE * 2 * TILE }, (_, i) => {
  const turn = turns[(Math.floor(i / (2 * TILE)) * (i % TILE)) % TILE]!;
  return i % (2 * TILE) < TILE ? Math.cos(turn) : Math.sin(turn);
});

/** Twice the power of what is lost when pixels are rounded to bytes: peaks below it are not seen. */
const FLOOR = (window.reduce((sum, value) => sum + value * value, 0) * 2) / 12 / 255 ** 2;

const radiusOf = (i: number) => {
  const [y, x] = [Math.floor(i / TILE), i % TILE];
  return Math.hypot(Math.min(y, TILE - y), Math.min(x, TILE - x));
};
const places = Array.from({ length: TILE * TILE }, (_, i) => i);
const ownPlaces = places.filter(
  (i) => i !== 0 && Math.floor(i / TILE) % OWN === 0 && (i % TILE) % OWN === 0,
);
const texturePlaces = places.filter((i) => radiusOf(i) >= LOWEST);

/**
 * How far the peaks of the spectrum of paintings [n, h, w, 3] in 0..1 stand above what is allowed, as logarithms; a
 * scalar, 0 where there are none or no square of 64 pixels.
 */
export function lattice(paintings: tf.Tensor4D): tf.Scalar {
  const [, height, width] = paintings.shape;
  if (Math.min(height, width) < TILE) return tf.scalar(0);
  return tf.tidy(() => {
    const power = tf.add(meanPower(tiles(paintings)), FLOOR);
    const values = power.dataSync<'float32'>();
    const around = mediansAround(values);
    const ratioAt = (i: number) => values[i]! / around[i]!;
    const highest = [...texturePlaces].sort((a, b) => ratioAt(b) - ratioAt(a)).slice(0, HIGHEST);
    const ratios = tf.div(tf.reshape(power, [-1]), tf.tensor1d(around)) as tf.Tensor1D;
    return tf.add(above(ratios, ownPlaces, OWN_LIMIT), above(ratios, highest, LIMIT)) as tf.Scalar;
  });
}

function above(ratios: tf.Tensor1D, indices: number[], limit: number): tf.Scalar {
  const chosen = tf.gather(ratios, tf.tensor1d(indices, 'int32'));
  return tf.mean(tf.relu(tf.log(tf.div(chosen, limit))));
}

/** Squares of the luma, of the red and of the blue: [m, TILE, TILE]. */
function tiles(paintings: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, width, colors] = paintings.shape;
  const [rows, columns] = [Math.floor(height / TILE), Math.floor(width / TILE)];
  const whole = tf.slice4d(paintings, [0, 0, 0, 0], [batch, rows * TILE, columns * TILE, colors]);
  const seen = tf.tensor2d(
    LUMA.flatMap((part, color) => [part, color === 0 ? 1 : 0, color === 2 ? 1 : 0]),
    [3, 3],
  );
  const planes = tf.matMul(tf.reshape(whole, [-1, colors]), seen);
  const split = tf.reshape(planes, [batch * rows, TILE, columns, TILE * 3]);
  const ordered = tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [-1, TILE, TILE, 3]);
  return tf.reshape(tf.transpose(ordered, [0, 3, 1, 2]), [-1, TILE, TILE]);
}

/** Mean power spectrum of squares under a Hann window, their means taken away: [TILE, TILE]. */
function meanPower(squares: tf.Tensor3D): tf.Tensor2D {
  const even = tf.sub(squares, tf.mean(squares, [1, 2], true));
  const shown = tf.mul(even, tf.tensor3d(window, [1, TILE, TILE]));
  const waves = tf.tensor2d(basis, [TILE, 2 * TILE]);
  const along = (planes: tf.Tensor) => tf.matMul(tf.reshape(planes, [-1, TILE]), waves);
  const once = tf.transpose(tf.reshape(along(shown), [-1, TILE, 2 * TILE]), [0, 2, 1]);
  const both = tf.reshape(along(once), [-1, 2 * TILE, 2 * TILE]);
  const [cosines, sines] = tf.split(both, 2, 1) as [tf.Tensor, tf.Tensor];
  const [cc, cs] = tf.split(cosines, 2, 2) as [tf.Tensor, tf.Tensor];
  const [sc, ss] = tf.split(sines, 2, 2) as [tf.Tensor, tf.Tensor];
  const power = tf.add(tf.square(tf.sub(cc, ss)), tf.square(tf.add(cs, sc)));
  return tf.mean(power, 0);
}

function mediansAround(power: Float32Array): Float32Array {
  const around = new Float32Array((2 * RADIUS + 1) ** 2 - 1);
  return power.map((_, i) => {
    let count = 0;
    for (let dy = -RADIUS; dy <= RADIUS; dy += 1) {
      for (let dx = -RADIUS; dx <= RADIUS; dx += 1) {
        if (dy === 0 && dx === 0) continue;
        const row = (Math.floor(i / TILE) + dy + TILE) % TILE;
        around[count] = power[row * TILE + ((i + dx + TILE) % TILE)]!;
        count += 1;
      }
    }
    return around.sort()[(count - 1) >> 1]!;
  });
}
