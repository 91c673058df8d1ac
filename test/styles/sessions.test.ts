import { describe, expect, test } from 'vitest';
import type { Engine, Session } from '../../src/network/engine.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import type { Catalog } from '../../src/styles/catalog.ts';
import type { StyleManifest } from '../../src/styles/manifest.ts';
import { createSessions } from '../../src/styles/sessions.ts';
import { randomPicture, randomWeights } from '../support/random.ts';

const network = trunkNetwork({ stem: 8, trunk: 12, blocks: 1 });
const weights = randomWeights(network, 1);
const photo = randomPicture(32, 32, 1);

/** A catalog in which every style exists and has the same network. */
const catalog: Catalog = {
  styles: [],
  get: (id) => ({ id }) as StyleManifest,
  resolve: (mix) => mix.parts.map(({ style }) => ({ id: style }) as StyleManifest),
  load: async () => ({ network, weights }),
  loadLight: async () => ({ network, weights }),
  check: async () => {},
  networkFile: async () => new Uint8Array(),
  rangesFile: async () => undefined,
  files: async () => ({}),
  preview: async () => new Uint8Array(),
};

/** Counts what is asked of it; paints when told to. */
function countingEngine() {
  const counts = { loaded: 0, closed: 0, failNext: false };
  let hold: Promise<void> = Promise.resolve();
  let release = () => {};
  const session: Session = {
    async run(picture: Picture) {
      await hold;
      return picture;
    },
    async close() {
      counts.closed += 1;
    },
  };
  const engine: Engine = {
    name: 'counting',
    async load() {
      counts.loaded += 1;
      await Promise.resolve();
      if (!counts.failNext) return session;
      counts.failNext = false;
      throw new Error('no memory');
    },
  };
  return {
    engine,
    counts,
    pause() {
      hold = new Promise((resolve) => {
        release = resolve;
      });
    },
    resume: () => release(),
  };
}

const mix = parseStyleMix;
const precision = async () => 'float32' as const;

describe('sessions', () => {
  test('concurrent first requests share one load; later ones reuse it', async () => {
    const { engine, counts } = countingEngine();
    const sessions = createSessions({ engine, catalog, precision, budgetBytes: 1e9 });
    await Promise.all(Array.from({ length: 20 }, () => sessions.paint(mix('a'), photo)));
    await sessions.paint(mix('a:1'), photo);
    expect(counts.loaded).toBe(1);
    await sessions.paint(mix('a:0.5,b:0.5'), photo);
    await sessions.paint(mix('b:0.5,a:0.5'), photo);
    expect([counts.loaded, sessions.count]).toEqual([2, 2]);
  });

  test('a failed load is tried again', async () => {
    const { engine, counts } = countingEngine();
    const sessions = createSessions({ engine, catalog, precision, budgetBytes: 1e9 });
    counts.failNext = true;
    const both = await Promise.allSettled([
      sessions.paint(mix('a'), photo),
      sessions.paint(mix('a'), photo),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(sessions.count).toBe(0);
    await expect(sessions.paint(mix('a'), photo)).resolves.toMatchObject({ width: 32 });
    expect(counts.loaded).toBe(2);
  });

  test('over the budget, the least recently used are closed', async () => {
    const { engine, counts } = countingEngine();
    const one = createSessions({ engine, catalog, precision, budgetBytes: 1e9 });
    await one.paint(mix('a'), photo);
    const sessions = createSessions({ engine, catalog, precision, budgetBytes: one.bytes * 2 });
    for (const style of ['a', 'b', 'a', 'c']) await sessions.paint(mix(style), photo);
    expect([sessions.count, counts.closed]).toEqual([2, 1]);
    const loaded = counts.loaded;
    await sessions.paint(mix('a'), photo);
    expect(counts.loaded).toBe(loaded);
    await sessions.paint(mix('b'), photo);
    expect(counts.loaded).toBe(loaded + 1);
  });

  test('few are kept of pictures that came with requests, and those drive out no others', async () => {
    const { engine, counts } = countingEngine();
    const sessions = createSessions({ engine, catalog, precision, budgetBytes: 1e9 });
    await sessions.paint(mix('a'), photo);
    const pictured = (number: number) => `picture-${String(number).padStart(24, '0')}`;
    for (let i = 0; i < 10; i += 1) await sessions.paint(mix(pictured(i)), photo);
    expect([sessions.count, counts.closed]).toEqual([5, 6]);
    await sessions.paint(mix('a'), photo);
    await sessions.paint(mix(pictured(9)), photo);
    expect(counts.loaded).toBe(11);
  });

  test('a session is never closed while it paints', async () => {
    const { engine, counts, pause, resume } = countingEngine();
    const sessions = createSessions({ engine, catalog, precision, budgetBytes: 0 });
    pause();
    const painting = sessions.paint(mix('a'), photo);
    await sessions.warm(mix('b'));
    expect(counts.closed).toBe(1);
    resume();
    await painting;
    expect([counts.closed, sessions.count]).toEqual([2, 0]);
  });

  test('larger pictures count for more memory', async () => {
    const { engine } = countingEngine();
    const sessions = createSessions({ engine, catalog, precision, budgetBytes: 1e9 });
    await sessions.paint(mix('a'), photo);
    const small = sessions.bytes;
    await sessions.paint(mix('a'), randomPicture(400, 400, 2));
    expect(sessions.bytes).toBeGreaterThan(small);
  });
});
