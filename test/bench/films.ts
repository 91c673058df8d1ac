/** Synthetic films whose motion is known exactly, made of one photograph, and measures of how steady a painting of them is. */

import type { Extent, Picture } from '../../src/pictures/picture.ts';
import { randomNumbers } from '../support/random.ts';

export const FRAMES = 12;
export const RATE = 12;
export const EXTENT: Extent = { width: 384, height: 256 };

/** Of pixels at the border, where something comes into the picture; not measured. */
const MARGIN = 32;

/** The photograph has as many pixels along a side for each of a film. */
export const STILL_SCALE = 2;
/** Of the photograph, so that the camera can move over it. */
export const STILL: Extent = {
  width: STILL_SCALE * (EXTENT.width + 4 * FRAMES),
  height: STILL_SCALE * EXTENT.height,
};

/** Where a camera stands: how far it has moved, in pixels, how much it has come nearer, and turned, in radians. */
interface View {
  readonly right: number;
  readonly zoom: number;
  readonly angle: number;
}

interface Film {
  readonly name: string;
  /** What its figure is. */
  readonly meaning: string;
  /** The largest median over the styles that is aimed at. */
  readonly gate: number;
  readonly frames: readonly Picture[];
  /** How unsteady a painting of its frames is; that of the frames themselves is what is there anyway. */
  measure(paintings: readonly Picture[]): number;
}

/** `still` has the extent {@link STILL}. */
export function films(still: Picture): Film[] {
  const standing = render(still, AT_REST);
  const noise = Array.from({ length: FRAMES }, (_, i) => noisy(standing, i));
  return [
    {
      name: 'noise',
      meaning:
        'flicker under the noise of a camera, deviation 2 of 255, as a share of the flicker of the film itself',
      gate: 0.8,
      frames: noise,
      measure: (paintings) => flicker(paintings) / flicker(noise),
    },
    moving('pan, 4 pixels', 0.015, still, (i) => ({ ...AT_REST, right: 4 * i })),
    moving('pan, 1 pixel', 0.04, still, (i) => ({ ...AT_REST, right: i })),
    moving('pan, half a pixel', 0.04, still, (i) => ({ ...AT_REST, right: i / 2 })),
    moving('zoom, 1 %', 0.05, still, (i) => ({ ...AT_REST, zoom: 1.01 ** i })),
    moving('turn, half a degree', 0.05, still, (i) => ({ ...AT_REST, angle: (i * Math.PI) / 360 })),
    {
      name: 'light',
      meaning:
        'difference of frames, in 0..1, while the light changes by 40 %, without the change of their means',
      gate: 0.02,
      frames: Array.from({ length: FRAMES }, (_, i) =>
        lit(standing, 0.8 + (0.4 * i) / (FRAMES - 1)),
      ),
      measure: (paintings) => rootMeanSquare(paintings, (_, x, y) => [x, y], meansOf(paintings)),
    },
    {
      name: 'breathing',
      meaning:
        'change of the mean color, of 255, of what stands still, while something bright comes in',
      gate: 0.5,
      frames: Array.from({ length: FRAMES }, (_, i) => visited(standing, i / (FRAMES - 1))),
      measure: drift,
    },
  ];
}

const AT_REST: View = { right: 0, zoom: 1, angle: 0 };

function moving(name: string, gate: number, still: Picture, at: (frame: number) => View): Film {
  const views = Array.from({ length: FRAMES }, (_, i) => at(i));
  return {
    name,
    meaning: 'difference of neighboring frames, in 0..1, moved back onto each other',
    gate,
    frames: views.map((view) => render(still, view)),
    measure: (paintings) =>
      rootMeanSquare(paintings, (i, x, y) => seenAt(views[i - 1]!, inScene(views[i]!, x, y))),
  };
}

type Place = readonly [x: number, y: number];

const CENTER: Place = [(EXTENT.width - 1) / 2, (EXTENT.height - 1) / 2];

/** What the camera sees at a pixel, as a place of the scene. */
function inScene({ right, zoom, angle }: View, x: number, y: number): Place {
  const [dx, dy] = [(x - CENTER[0]) / zoom, (y - CENTER[1]) / zoom];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [CENTER[0] + right + dx * cos - dy * sin, CENTER[1] + dx * sin + dy * cos];
}

/** The pixel at which the camera sees a place of the scene. */
function seenAt({ right, zoom, angle }: View, [x, y]: Place): Place {
  const [dx, dy] = [x - CENTER[0] - right, y - CENTER[1]];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [CENTER[0] + zoom * (dx * cos + dy * sin), CENTER[1] + zoom * (dy * cos - dx * sin)];
}

/** Parts of a pixel that are looked at, so that every frame is equally sharp, wherever it lies on the still. */
const PARTS = [-0.25, 0.25];

function render(still: Picture, view: View): Picture {
  const data = new Uint8Array(EXTENT.width * EXTENT.height * 3);
  const sum = new Float64Array(3);
  for (let y = 0, i = 0; y < EXTENT.height; y += 1) {
    for (let x = 0; x < EXTENT.width; x += 1, i += 3) {
      sum.fill(0);
      for (const dy of PARTS) {
        for (const dx of PARTS) {
          const [sceneX, sceneY] = inScene(view, x + dx, y + dy);
          const [stillX, stillY] = [STILL_SCALE * (sceneX + 0.5), STILL_SCALE * (sceneY + 0.5)];
          addValues(sum, still, stillX - 0.5, stillY - 0.5);
        }
      }
      for (let channel = 0; channel < 3; channel += 1) {
        data[i + channel] = clamped(sum[channel]! / PARTS.length ** 2);
      }
    }
  }
  return { ...EXTENT, data };
}

/** Adds the color between pixels, in a straight line; beyond the border, that at the border. */
function addValues(
  sum: Float64Array,
  { width, height, data }: Picture,
  x: number,
  y: number,
): void {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [across, down] = [x - column, y - row];
  const left = clampedTo(column, width);
  const right = clampedTo(column + 1, width);
  const upper = clampedTo(row, height) * width;
  const lower = clampedTo(row + 1, height) * width;
  for (let channel = 0; channel < 3; channel += 1) {
    const [a, b] = [data[(upper + left) * 3 + channel]!, data[(upper + right) * 3 + channel]!];
    const [c, d] = [data[(lower + left) * 3 + channel]!, data[(lower + right) * 3 + channel]!];
    sum[channel]! += (a + (b - a) * across) * (1 - down) + (c + (d - c) * across) * down;
  }
}

function clampedTo(place: number, size: number): number {
  return Math.min(size - 1, Math.max(0, place));
}

function noisy({ data }: Picture, seed: number): Picture {
  const random = randomNumbers(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return { ...EXTENT, data: Uint8Array.from(data, (value) => clamped(value + 2 * normal())) };
}

function lit({ data }: Picture, gain: number): Picture {
  return { ...EXTENT, data: Uint8Array.from(data, (value) => clamped(value * gain)) };
}

/** A bright square that has come in from the left by so much of its side. */
function visited({ data }: Picture, share: number): Picture {
  const frame = { ...EXTENT, data: Uint8Array.from(data) };
  const side = EXTENT.height / 2;
  for (let y = side / 2; y < side * 1.5; y += 1) {
    const row = y * EXTENT.width * 3;
    frame.data.fill(250, row, row + Math.round(side * share) * 3);
  }
  return frame;
}

/** Mean over all values of their deviation over time. */
function flicker(frames: readonly Picture[]): number {
  const count = frames[0]!.data.length;
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    let [total, squares] = [0, 0];
    for (const { data } of frames) {
      total += data[i]!;
      squares += data[i]! ** 2;
    }
    sum += Math.sqrt(Math.max(0, squares / frames.length - (total / frames.length) ** 2));
  }
  return sum / count;
}

/** Over all frames but the first, of what the one before has in its place; without the offsets of frames. */
function rootMeanSquare(
  frames: readonly Picture[],
  before: (frame: number, x: number, y: number) => Place,
  offsets: readonly number[] = frames.map(() => 0),
): number {
  let [sum, count] = [0, 0];
  const there = new Float64Array(3);
  for (let i = 1; i < frames.length; i += 1) {
    const { data } = frames[i]!;
    const offset = offsets[i]! - offsets[i - 1]!;
    for (let y = MARGIN; y < EXTENT.height - MARGIN; y += 1) {
      for (let x = MARGIN; x < EXTENT.width - MARGIN; x += 1) {
        const place = before(i, x, y);
        addValues(there.fill(0), frames[i - 1]!, place[0], place[1]);
        for (let channel = 0; channel < 3; channel += 1) {
          const here = data[(y * EXTENT.width + x) * 3 + channel]!;
          sum += ((here - there[channel]! - offset) / 255) ** 2;
          count += 1;
        }
      }
    }
  }
  return Math.sqrt(sum / count);
}

function meansOf(frames: readonly Picture[]): number[] {
  return frames.map(({ data }) => data.reduce((sum, value) => sum + value, 0) / data.length);
}

/** Of the right third, in which nothing happens. */
function drift(frames: readonly Picture[]): number {
  const means = frames.map(({ data }) => {
    const sums = [0, 0, 0];
    for (let i = 0; i < data.length; i += 3) {
      if ((i / 3) % EXTENT.width < (2 * EXTENT.width) / 3) continue;
      for (let channel = 0; channel < 3; channel += 1) sums[channel]! += data[i + channel]!;
    }
    return sums.map((sum) => sum / ((EXTENT.width / 3) * EXTENT.height));
  });
  return Math.max(
    ...[0, 1, 2].map((channel) => {
      const values = means.map((mean) => mean[channel]!);
      return Math.max(...values) - Math.min(...values);
    }),
  );
}

function clamped(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}
