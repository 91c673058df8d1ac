/** What every engine must do; run on each one that is installed. */

import { describe, expect, test } from 'vitest';
import { type Engine, measure, paint, paintSteadily } from '../../src/network/engine.ts';
import { classicNetwork, type Network, trunkNetwork } from '../../src/network/layers.ts';
import { receptiveField } from '../../src/network/measures.ts';
import { interpolate } from '../../src/network/weights.ts';
import { between, ORIGIN, type Picture, type Place, partOf } from '../../src/pictures/picture.ts';
import { largestDifference, randomPicture, randomWeights } from '../support/random.ts';
import { referencePaint } from '../support/reference.ts';

/** One gray level: float32 sums in another order may round to the neighbor. */
const TOLERANCE = 1;

const SIZES = [
  [1, 1],
  [1, 7],
  [19, 2],
  [36, 36],
  [37, 33],
  [47, 30],
  [64, 64],
] as const;

const small = trunkNetwork({ stem: 8, trunk: 16, blocks: 2, noise: true });

async function differenceToReference(
  engine: Engine,
  network: Network,
  [width, height]: readonly [number, number],
  seed: number,
): Promise<number> {
  const weights = randomWeights(network, seed);
  const photo = randomPicture(width, height, seed);
  const session = await engine.load(network, weights);
  const painting = await paint(session, network, photo);
  await session.close();
  return largestDifference(painting, referencePaint(network, weights, photo));
}

function flat(width: number, height: number): Picture {
  return { width, height, data: new Uint8Array(width * height * 3).fill(90) };
}

export function engineContract(create: () => Promise<Engine>): void {
  describe('agrees with the reference forward pass', () => {
    test.each(SIZES)('at %i x %i', async (...size) => {
      const engine = await create();
      for (const seed of [1, 2, 3]) {
        expect(await differenceToReference(engine, small, size, seed)).toBeLessThanOrEqual(
          TOLERANCE,
        );
      }
    });

    test('with the standard trunk', async () => {
      const difference = await differenceToReference(await create(), trunkNetwork(), [37, 23], 4);
      expect(difference).toBeLessThanOrEqual(TOLERANCE);
    });

    test('with the classic network', async () => {
      const difference = await differenceToReference(
        await create(),
        classicNetwork(4),
        [25, 22],
        5,
      );
      expect(difference).toBeLessThanOrEqual(TOLERANCE);
    });
  });

  test('one session serves several sizes and several callers at once', async () => {
    const engine = await create();
    const weights = randomWeights(small, 6);
    const session = await engine.load(small, weights);
    const photos = SIZES.map(([width, height], i) => randomPicture(width, height, i));
    const paintings = await Promise.all(photos.map((photo) => paint(session, small, photo)));
    paintings.forEach((painting, i) => {
      const reference = referencePaint(small, weights, photos[i]!);
      expect(largestDifference(painting, reference)).toBeLessThanOrEqual(TOLERANCE);
    });
    await session.close();
  });

  test('with its own statistics a picture is painted as without, where the runtime tells them', async () => {
    const engine = await create();
    const weights = randomWeights(small, 10);
    const session = await engine.load(small, weights);
    for (const [width, height] of SIZES) {
      const photo = randomPicture(width, height, 11);
      const plain = await paint(session, small, photo);
      const measured = await measure(session, small, photo);
      if (measured === undefined) {
        expect(session.runSteady).toBeUndefined();
        continue;
      }
      expect(largestDifference(measured.painting, plain)).toBeLessThanOrEqual(TOLERANCE);
      const steady = await paintSteadily(session, small, photo, measured.statistics);
      expect(largestDifference(steady, plain)).toBeLessThanOrEqual(TOLERANCE);
    }
    await session.close();
  });

  test('with the statistics of another picture it is painted otherwise', async () => {
    const engine = await create();
    const session = await engine.load(small, randomWeights(small, 12));
    const [photo, other] = [randomPicture(40, 32, 13), flat(40, 32)];
    const measured = await measure(session, small, other);
    if (measured) {
      const plain = await paint(session, small, photo);
      const steady = await paintSteadily(session, small, photo, measured.statistics);
      expect(largestDifference(steady, plain)).toBeGreaterThan(10);
    } else {
      await expect(paintSteadily(session, small, photo, new Float32Array(2))).rejects.toThrow(
        'the statistics of the picture itself only',
      );
    }
    await session.close();
  });

  test('what is seen from two places is painted alike, where the runtime takes statistics', async () => {
    const engine = await create();
    const session = await engine.load(small, randomWeights(small, 14));
    const scene = randomPicture(400, 320, 15);
    const extent = { width: 300, height: 260 };
    const measured = await measure(session, small, partOf(scene, ORIGIN, extent));
    if (measured === undefined) return session.close();
    const paintedFrom = (place: Place) => {
      const photo = partOf(scene, place, extent);
      return paintSteadily(session, small, photo, measured.statistics, place);
    };
    // Far enough from what is mirrored around each of them.
    const reach = receptiveField(small);
    const [begin, end] = [
      { x: 40 + reach, y: 30 + reach },
      { x: 300 - reach, y: 260 - reach },
    ];
    const common = { width: end.x - begin.x, height: end.y - begin.y };
    const seen = (painting: Picture, place: Place) =>
      partOf(painting, between(place, begin), common);
    const reference = seen(await paintedFrom(ORIGIN), ORIGIN);
    for (const place of [
      { x: 4, y: 8 },
      { x: 1, y: 2 },
      { x: 37, y: 23 },
    ]) {
      const painting = seen(await paintedFrom(place), place);
      expect(largestDifference(painting, reference)).toBeLessThanOrEqual(TOLERANCE);
    }
    const still = await paintSteadily(
      session,
      small,
      partOf(scene, { x: 1, y: 2 }, extent),
      measured.statistics,
    );
    expect(largestDifference(seen(still, { x: 1, y: 2 }), reference)).toBeGreaterThan(10);
    await session.close();
  });

  test('places beyond the first pixel of a scene are places, too', async () => {
    const engine = await create();
    const session = await engine.load(small, randomWeights(small, 16));
    const photo = randomPicture(80, 72, 17);
    const measured = await measure(session, small, photo);
    if (measured === undefined) return session.close();
    // Both tables of noise are back where they began.
    const period = { x: 4 * 97 * 103, y: 4 * 89 * 101 };
    const [near, far] = [
      await paintSteadily(session, small, photo, measured.statistics, { x: -5, y: -6 }),
      await paintSteadily(
        session,
        small,
        photo,
        measured.statistics,
        between(period, { x: -5, y: -6 }),
      ),
    ];
    expect(largestDifference(near, far)).toBeLessThanOrEqual(TOLERANCE);
    await session.close();
  });

  test('a mix is the network between two networks', async () => {
    const engine = await create();
    const [a, b] = [randomWeights(small, 7), randomWeights(small, 8)];
    const mixed = interpolate([
      { weights: a, share: 0.3 },
      { weights: b, share: 0.7 },
    ]);
    const photo = randomPicture(40, 28, 9);
    const session = await engine.load(small, mixed);
    const painting = await paint(session, small, photo);
    await session.close();
    const kernel = mixed.get('head/kernel')!.data[5]!;
    expect(kernel).toBeCloseTo(
      a.get('head/kernel')!.data[5]! * 0.3 + b.get('head/kernel')!.data[5]! * 0.7,
      6,
    );
    const reference = referencePaint(small, mixed, photo);
    expect(largestDifference(painting, reference)).toBeLessThanOrEqual(TOLERANCE);
  });
}
