/** Pictures painted in strips, against the same painted whole. */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { largeProcesses } from '../../src/engines/large/runner.ts';
import { observeRanges } from '../../src/engines/onnx/calibration.ts';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { keptPlan } from '../../src/engines/onnx/strips/kept-plan.ts';
import { stripPainter } from '../../src/engines/onnx/strips/painter.ts';
import {
  columnsOf,
  readRows,
  rowRoom,
  writeRows,
} from '../../src/engines/onnx/strips/shared-rows.ts';
import { type Team, teamMemory, teamOf } from '../../src/engines/onnx/strips/team.ts';
import { resize } from '../../src/images/resize.ts';
import type { ActivationRanges } from '../../src/network/activation-ranges.ts';
import { paint } from '../../src/network/engine.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { statisticsSum } from '../../src/network/norm-statistics.ts';
import { demandOf, passesOf } from '../../src/network/passes.ts';
import { type NetworkInstance, polyphase } from '../../src/network/polyphase.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { resampled } from '../../src/pictures/resampled.ts';
import { createRaster, openRaster } from '../../src/rasters/file-raster.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import type { Surface } from '../../src/stylization/canvas.ts';
import { paintOver } from '../../src/stylization/coarse-to-fine.ts';
import { DIST_DIR } from '../support/dist.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { randomPicture, randomWeights } from '../support/random.ts';
import { stripJob } from '../support/strip-job.ts';

const network = trunkNetwork({ stem: 8, trunk: 16, blocks: 2, noise: true });
const weights = randomWeights(network, 1);
const photo = randomPicture(203, 331, 5);
const catalog = await openCatalog(MODELS_DIR);
const folder = await mkdtemp(join(tmpdir(), 'impasto-test-'));
afterAll(() => rm(folder, { recursive: true }));

async function paintedInStrips(
  instance: NetworkInstance,
  picture: Picture,
  stripRows: number,
): Promise<Uint8Array> {
  const painter = stripPainter(instance);
  const job = stripJob(instance, picture, folder, stripRows);
  await painter.paint(job, teamOf(teamMemory(job.strips), 1));
  await painter.close();
  return job.painted;
}

function inStrips(stripRows: number, ranges?: ActivationRanges): Promise<Uint8Array> {
  return paintedInStrips({ network, weights, ranges }, photo, stripRows);
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
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

test('in 8 bits strips of any height give the whole painting, to 2 of 255 in the mean', async () => {
  const ranges = await observeRanges(network, weights, [photo]);
  const session = await onnxEngine({ threads: 1 }).load(network, weights, ranges);
  const whole = (await paint(session, network, photo)).data;
  await session.close();
  const paintings = [];
  for (const rows of [8, 32, 1000]) paintings.push(await inStrips(rows, ranges));
  for (const painting of paintings) expect(meanDifference(painting, whole)).toBeLessThanOrEqual(2);
  expect(meanDifference(paintings[0]!, await inStrips(8))).toBeGreaterThan(0);
});

test.each(catalog.styles.map(({ id }) => id))(
  '%s is painted in strips in its 8 bits',
  async (id) => {
    const style = await catalog.load(catalog.get(id));
    const session = await onnxEngine({ threads: 1 }).load(
      style.network,
      style.weights,
      style.ranges,
    );
    const whole = (await paint(session, style.network, photo)).data;
    await session.close();
    const painting = await paintedInStrips(style, photo, 16);
    expect(meanDifference(painting, whole)).toBeLessThanOrEqual(2);
  },
);

const sizes = fc.tuple(fc.integer({ min: 64, max: 200 }), fc.integer({ min: 64, max: 200 }));

test('pictures of any size are painted in strips as they are whole, to one of 255', async () => {
  const session = await onnxEngine({ threads: 1 }).load(network, weights);
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 5 }), async ([width, height], eighths) => {
      const picture = randomPicture(width, height, width * height);
      const whole = (await paint(session, network, picture)).data;
      const painting = await paintedInStrips({ network, weights }, picture, 8 * eighths);
      expect(largestDifference(painting, whole)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 12 },
  );
  await session.close();
});

test.each([
  ['in memory', 2 ** 24],
  ['on disk', 0],
])(
  'a process of its own paints from file to file, with what it keeps %s, and leaves nothing behind',
  async (_, memoryBytes) => {
    const own = await mkdtemp(join(folder, 'own-'));
    const picture = await createRaster(join(own, 'a.v'), photo);
    const painting = await createRaster(join(own, 'b.v'), photo);
    const [from, to] = [await openRaster(picture), await openRaster(painting)];
    await from.write(0, photo.data);
    const processes = largeProcesses(join(DIST_DIR, 'large-process.js'));
    const job = { picture, painting, scratchFolder: own };
    const { signal } = new AbortController();
    const paintedBy = async (seed: number, threads = 1) => {
      const instance = { network, weights: randomWeights(network, seed), number: seed };
      await processes.paint({ instance, job, threads, memoryBytes }, signal);
      const expected = await paintedInStrips(instance, photo, 8);
      const found = await to.read({ begin: 0, end: photo.height });
      expect(largestDifference(found, expected)).toBeLessThanOrEqual(1);
      return found;
    };
    processes.prepare({ instance: { network, weights, number: 1 }, threads: 1, memoryBytes });
    // The same process paints with one network after the other.
    for (const seed of [1, 1, 2]) await paintedBy(seed);
    expect(await paintedBy(2, 3)).toEqual(await paintedBy(2, 3));
    expect((await readdir(own)).sort()).toEqual(['a.v', 'b.v']);

    const instance = { network, weights, number: 1 };
    const controller = new AbortController();
    const aborted = processes.paint({ instance, job, threads: 1, memoryBytes }, controller.signal);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    const nowhere = { ...job, picture: { ...picture, path: '/nowhere' } };
    await expect(
      processes.paint({ instance, job: nowhere, threads: 1, memoryBytes }, signal),
    ).rejects.toThrow('/nowhere');
    await paintedBy(1);
    processes.stop();
    await Promise.all([from.close(), to.close()]);
  },
);

describe('painted over what is below it', () => {
  const below = randomPicture(90, 147, 7);

  /** By a process of so many threads. */
  async function paintedOver(detail: number, threads: number): Promise<Picture> {
    const names = ['photo', 'below', 'painting'].map((name) => `${name}-${detail}-${threads}.v`);
    const [picture, painting, large] = [
      await createRaster(join(folder, names[0]!), photo),
      await createRaster(join(folder, names[1]!), below),
      await createRaster(join(folder, names[2]!), photo),
    ];
    const opened = await Promise.all([picture, painting, large].map((file) => openRaster(file)));
    await opened[0]!.write(0, photo.data);
    await opened[1]!.write(0, below.data);
    const processes = largeProcesses(join(DIST_DIR, 'large-process.js'));
    const instance = { network, weights, number: 1 };
    const over = { painting, detail };
    const job = { picture, painting: large, over, scratchFolder: folder };
    const request = { instance, job, threads, memoryBytes: 2 ** 24 };
    await processes.paint(request, new AbortController().signal);
    processes.stop();
    const data = await opened[2]!.read({ begin: 0, end: photo.height });
    for (const raster of opened) await raster.close();
    return { ...photo, data };
  }

  test.each([0, 0.25])('with detail %s is what one step after the other makes', async (detail) => {
    const session = await onnxEngine({ threads: 1 }).load(network, weights);
    const canvas: Surface<Picture> = {
      resize,
      resample: async (painting, extent) => resampled(painting, extent),
      paint: (picture) => paint(session, network, picture),
      paintsOver: () => false,
      paintOver: () => Promise.reject(new Error('not here')),
      combine: async ({ data, ...extent }, others, change) => {
        const copy = Uint8Array.from(data);
        change(
          copy,
          others.map((other) => other.data),
        );
        return { ...extent, data: copy };
      },
      drop: async () => {},
      read: async (picture) => picture,
      write: async (picture) => picture,
    };
    const expected = await paintOver(below, photo, photo, detail, canvas);
    await session.close();
    const found = await paintedOver(detail, 1);
    expect(meanDifference(found.data, expected.data)).toBeLessThanOrEqual(2);
    expect(Buffer.compare(found.data, (await paintedOver(detail, 3)).data)).toBe(0);
  });
});

test('activations come back from memory and from a file as they were kept', () => {
  const shape = { rows: 5, rowBytes: 4 };
  const room = rowRoom(new SharedArrayBuffer(30), folder);
  const stores = [room.take(shape), room.take(shape)];
  expect(stores.map(({ place }) => typeof place)).toEqual(['object', 'number']);
  for (const store of stores) {
    const rows = Uint8Array.from({ length: 2 * 4 }, (_, i) => i + 1);
    writeRows(store, 2, rows);
    const read = (begin: number, end: number) => {
      const into = new Uint8Array((end - begin) * 4);
      readRows(store, { begin, end }, into);
      return [...into];
    };
    expect(read(2, 4)).toEqual([...rows]);
    expect(read(3, 4)).toEqual([5, 6, 7, 8]);
    const middle = columnsOf(store, 1, 2);
    writeRows(middle, 3, Uint8Array.of(50, 60));
    expect(read(2, 4)).toEqual([1, 2, 3, 4, 5, 50, 60, 8]);
    const into = new Uint8Array(4);
    readRows(middle, { begin: 2, end: 4 }, into);
    expect([...into]).toEqual([2, 3, 50, 60]);
  }
  room.close();
});

describe('a team', () => {
  /** Two threads' parts, as far as they do not wait for each other. */
  const alone = (): Team => teamOf(teamMemory(5), 1);

  test('does every piece once, and settles what a piece gives after its neighbors', async () => {
    const events: string[] = [];
    const team = alone();
    await team.share(3, (piece) => {
      events.push(`piece ${piece}`);
    });
    await team.shareSettled(3, async (piece) => {
      events.push(`strip ${piece}`);
      return () => events.push(`settled ${piece}`);
    });
    expect(events).toEqual([
      ...['piece 0', 'piece 1', 'piece 2'],
      ...['strip 0', 'strip 1', 'settled 0', 'strip 2', 'settled 1', 'settled 2'],
    ]);
  });

  test('is left by those who wait where one of them fails', async () => {
    const memory = teamMemory(5);
    const failing = teamOf(memory, 2).share(2, () => {
      throw new Error('it broke');
    });
    await expect(failing).rejects.toThrow('it broke');
    await expect(teamOf(memory, 2).share(2, () => {})).rejects.toThrow('Another thread failed.');
  });
});

test('there is one pass per norm and one that paints, and edges are padded once', () => {
  const passes = passesOf(
    polyphase({ network: trunkNetwork(), weights: randomWeights(trunkNetwork(), 1) }).network,
    () => false,
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

test('what passes keep takes the room of what nobody needs any more', async () => {
  const bytesFor = (instance: NetworkInstance) => {
    const { network, ranges } = polyphase(instance);
    const passes = passesOf(network, ({ name }) => ranges?.has(name) ?? false);
    return keptPlan(polyphase(instance), passes).positionBytes;
  };
  // The trunk's 16 channels and the skip connection, each float32.
  expect(bytesFor({ network, weights })).toEqual([64, 64]);
  const ranges = await observeRanges(network, weights, [photo]);
  // The trunk in bytes and the skip connection in float16, where the phases of 8 channels come to lie.
  expect(bytesFor({ network, weights, ranges })).toEqual([16, 32]);
  const partly = new Map([...ranges].filter(([name]) => name !== 'down'));
  // Both lie where the first thing kept was, in float32.
  expect(bytesFor({ network, weights, ranges: partly })).toEqual([64]);
});

test('statistics of strips are those of the whole, however rows were grouped', () => {
  const rows = Array.from({ length: 6 }, (_, row) => [1000 + row, 1003 + row ** 2]);
  const moments = (values: readonly number[]) => {
    const mean = values.reduce((a, b) => a + b) / values.length;
    return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length] as const;
  };
  const grouped = (size: number) => {
    const sum = statisticsSum(1);
    for (let row = 0; row < rows.length; row += size) {
      const strip = rows.slice(row, row + size);
      sum.add(Float32Array.from(moments(strip.flat())), strip.length);
    }
    return sum.finish();
  };
  const [mean, variance] = moments(rows.flat());
  for (const size of [1, 4, 6]) {
    expect(grouped(size).means[0]).toBeCloseTo(mean, 3);
    expect(grouped(size).variances[0]).toBeCloseTo(variance, 2);
  }
});
