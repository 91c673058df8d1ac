/** Frames of a camera, painted by the network that Live uses, on the server's runtime. */

import { afterAll, expect, test } from 'vitest';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { paint } from '../../src/network/engine.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { steadyPainter } from '../../src/playground/live/steady.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { largestDifference, randomNumbers, randomPicture } from '../support/random.ts';

const WIDTH = 128;
const HEIGHT = 64;
const FRAMES = 24;
/** Of what the camera adds to a picture that does not move, of 255. */
const NOISE = 8;

const catalog = await openCatalog(MODELS_DIR);
const { network, weights } = await catalog.loadLight(catalog.get('starry-night'));
const session = await onnxEngine({ threads: 1 }).load(network, weights);
afterAll(() => session.close());

/** Something bright moves on the right, nothing on the left. */
function filmed(): Picture[] {
  const random = randomNumbers(3);
  return Array.from({ length: FRAMES }, (_, frame) => {
    const data = new Uint8Array(WIDTH * HEIGHT * 3);
    for (let i = 0; i < WIDTH * HEIGHT; i += 1) {
      const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
      const isBall = Math.hypot(x - 100, y - 8 - frame * 2) < 16;
      const value = isBall ? 240 : 60 + x / 2 + (random() - 0.5) * NOISE;
      data.fill(value, i * 3, i * 3 + 3);
    }
    return { width: WIDTH, height: HEIGHT, data };
  });
}

/** Mean change from frame to frame in the left half, of 255. */
function flicker(paintings: readonly Picture[]): number {
  let [sum, count] = [0, 0];
  paintings.slice(1).forEach(({ data }, index) => {
    const before = paintings[index]!.data;
    for (let i = 0; i < data.length; i += 1) {
      if ((i / 3) % WIDTH >= WIDTH / 2) continue;
      sum += Math.abs(data[i]! - before[i]!);
      count += 1;
    }
  });
  return sum / count;
}

test('what does not move is steadier than frame by frame', async () => {
  const painter = steadyPainter(session, network);
  const [steady, single]: [Picture[], Picture[]] = [[], []];
  for (const frame of filmed()) {
    steady.push(await painter.paint(frame));
    single.push(await paint(session, network, frame));
  }
  expect(flicker(single)).toBeGreaterThan(0.5);
  expect(flicker(steady)).toBeLessThan(0.55 * flicker(single));
});

test('the first frame of a camera, of a size and of a shot is painted for itself', async () => {
  const painter = steadyPainter(session, network);
  const dark = { width: 64, height: 48, data: new Uint8Array(64 * 48 * 3).fill(20) };
  for (const frame of [dark, randomPicture(64, 48, 7), randomPicture(48, 64, 8)]) {
    const alone = await paint(session, network, frame);
    expect(largestDifference(await painter.paint(frame), alone)).toBeLessThanOrEqual(1);
  }
});
