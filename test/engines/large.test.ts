/** Pictures painted in strips, against the same painted whole. */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { paintInProcess } from '../../src/engines/large/runner.ts';
import { observeRanges } from '../../src/engines/onnx/calibration.ts';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { filePlaneStore, memoryPlaneStore } from '../../src/engines/onnx/plane-store.ts';
import { paintInStrips } from '../../src/engines/onnx/strips.ts';
import { paint } from '../../src/network/engine.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { statisticsSum } from '../../src/network/norm-statistics.ts';
import { demandOf, passesOf } from '../../src/network/passes.ts';
import { polyphase } from '../../src/network/polyphase.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { createRaster, openRaster } from '../../src/rasters/file-raster.ts';
import type { Raster } from '../../src/rasters/raster.ts';
import { DIST_DIR } from '../support/dist.ts';
import { randomPicture, randomWeights } from '../support/random.ts';

const network = trunkNetwork({ stem: 8, trunk: 16, blocks: 2, noise: true });
const weights = randomWeights(network, 1);
const photo = randomPicture(203, 331, 5);
const folder = await mkdtemp(join(tmpdir(), 'impasto-test-'));
afterAll(() => rm(folder, { recursive: true }));

function rasterOf({ width, height, data }: Picture): Raster {
  return {
    width,
    height,
    read: async ({ begin, end }) => data.subarray(begin * width * 3, end * width * 3),
    write: async (begin, rows) => data.set(rows, begin * width * 3),
  };
}

async function inStrips(stripRows: number, ranges?: Awaited<ReturnType<typeof observeRanges>>) {
  const painting = { ...photo, data: new Uint8Array(photo.data.length) };
  const strips = { network, weights, ranges, extent: photo };
  const options = { threads: 1, stripRows, openStore: memoryPlaneStore };
  await paintInStrips(strips, rasterOf(photo), rasterOf(painting), options);
  return painting.data;
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

test('strips of any height give the whole painting, to one of 255', async () => {
  const session = await onnxEngine({ threads: 1 }).load(network, weights);
  const whole = (await paint(session, network, photo)).data;
  await session.close();
  const paintings = await Promise.all([8, 16, 24, 1000].map((rows) => inStrips(rows)));
  for (const painting of paintings) {
    expect(largestDifference(painting, whole)).toBeLessThanOrEqual(1);
    expect(largestDifference(painting, paintings[0]!)).toBeLessThanOrEqual(1);
  }
  expect(new Set(whole).size).toBeGreaterThan(50);
});

test('in 8 bits the height of the strips makes no difference either', async () => {
  const ranges = await observeRanges(network, weights, [photo]);
  const [low, high, float] = [
    await inStrips(8, ranges),
    await inStrips(32, ranges),
    await inStrips(8),
  ];
  expect(largestDifference(low, high)).toBeLessThanOrEqual(1);
  expect(largestDifference(low, float)).toBeGreaterThan(0);
});

test('a process of its own paints from file to file and leaves nothing behind', async () => {
  const picture = await createRaster(join(folder, 'a.v'), photo);
  const painting = await createRaster(join(folder, 'b.v'), photo);
  const [from, to] = [await openRaster(picture), await openRaster(painting)];
  await from.write(0, photo.data);
  const script = join(DIST_DIR, 'large-process.js');
  const job = { picture, painting, scratchFolder: folder };
  const request = { strips: { network, weights, ranges: undefined }, job, threads: 1 };
  await paintInProcess(script, request, new AbortController().signal);
  const painted = await to.read({ begin: 0, end: photo.height });
  expect(largestDifference(painted, await inStrips(8))).toBeLessThanOrEqual(1);
  expect((await readdir(folder)).sort()).toEqual(['a.v', 'b.v']);

  const controller = new AbortController();
  const aborted = paintInProcess(script, request, controller.signal);
  controller.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  await expect(
    paintInProcess(
      script,
      { ...request, job: { ...job, picture: { ...picture, path: '/nowhere' } } },
      new AbortController().signal,
    ),
  ).rejects.toThrow('/nowhere');
  await Promise.all([from.close(), to.close()]);
});

test('activations come back from memory and from a file as they were kept', () => {
  const shape = { planes: 3, rows: 5, rowBytes: 4 };
  for (const store of [memoryPlaneStore(shape), filePlaneStore(shape, folder)]) {
    const rows = Uint8Array.from({ length: 3 * 2 * 4 }, (_, i) => i + 1);
    store.write(2, rows);
    const back = new Uint8Array(3 * 2 * 4);
    store.read({ begin: 2, end: 4 }, back);
    expect(back).toEqual(rows);
    const last = new Uint8Array(3 * 4);
    store.read({ begin: 3, end: 4 }, last);
    expect([...last]).toEqual([5, 6, 7, 8, 13, 14, 15, 16, 21, 22, 23, 24]);
    store.close();
  }
});

test('there is one pass per norm and one that paints, and edges are padded once', () => {
  const passes = passesOf(
    polyphase({ network: trunkNetwork(), weights: randomWeights(trunkNetwork(), 1) }).network,
  );
  expect(passes.map(({ norm }) => norm?.name)).toEqual([
    'stem',
    'down',
    ...[0, 1, 2, 3, 4].flatMap((block) => [`trunk/${block}/conv1`, `trunk/${block}/conv2`]),
    'up',
    undefined,
  ]);
  const second = passes[1]!;
  const top = demandOf(second, { begin: 0, end: 8 }, 400);
  const middle = demandOf(second, { begin: 8, end: 16 }, 400);
  expect(top.inputs[0]).toEqual({ begin: 0, end: 33 });
  expect(top.padding.map((edges) => edges.top)).toEqual([2, 0, 0, 1]);
  expect(middle.inputs[0]).toEqual({ begin: 28, end: 65 });
  expect(middle.padding.every((edges) => edges.top + edges.bottom === 0)).toBe(true);
});

test('statistics do not depend on how rows were grouped', () => {
  const values = Array.from({ length: 6 }, (_, row) => [1000 + row, 1003 + row ** 2]);
  const grouped = (size: number) => {
    const sum = statisticsSum(1, 2);
    for (let row = 0; row < values.length; row += size) {
      const rows = values.slice(row, row + size);
      sum.add(
        Float32Array.from(rows, ([a, b]) => a! + b!),
        Float32Array.from(rows, ([a, b]) => a! ** 2 + b! ** 2),
      );
    }
    return sum.finish();
  };
  const all = values.flat();
  const mean = all.reduce((a, b) => a + b) / all.length;
  const variance = all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length;
  expect(grouped(1)).toEqual(grouped(4));
  expect(grouped(1).means[0]).toBeCloseTo(mean, 3);
  expect(grouped(1).variances[0]).toBeCloseTo(variance, 0);
});
