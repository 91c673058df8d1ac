/** When a style is painted in 8 bits. */

import { expect, test } from 'vitest';
import type { Engine } from '../../src/network/engine.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import type { Catalog } from '../../src/styles/catalog.ts';
import type { StyleManifest } from '../../src/styles/manifest.ts';
import { allowsInt8, computedMs, fasterPrecision } from '../../src/styles/precision.ts';
import { readRanges, writeRanges } from '../../src/styles/ranges.ts';
import { createSessions } from '../../src/styles/sessions.ts';
import { randomPicture, randomWeights } from '../support/random.ts';

const network = trunkNetwork({ stem: 8, trunk: 12, blocks: 1 });
const weights = randomWeights(network, 1);
const ranges = new Map([
  ['stem', { input: [0, 1], output: [-2, 2], magnitudes: [1 / 3] }],
] as const);

const measured = { photographs: 1, size: 512 };
const INT8: Readonly<Record<string, StyleManifest['int8']>> = {
  faithful: { ...measured, difference: 1.9, psnr: 38 },
  blurred: { ...measured, difference: 2.1, psnr: 38 },
  noisy: { ...measured, difference: 1.9, psnr: 35 },
};
const catalog: Catalog = {
  styles: [],
  get: (id) => ({ id }) as StyleManifest,
  resolve: (mix) =>
    mix.parts.map(({ style }) => ({ id: style, int8: INT8[style] }) as StyleManifest),
  load: async () => ({ network, weights, ranges }),
  loadLight: async () => ({ network, weights }),
  check: async () => {},
  networkFile: async () => new Uint8Array(),
  rangesFile: async () => undefined,
  files: async () => ({}),
  preview: async () => new Uint8Array(),
};

/** Takes so many milliseconds a picture, and paints brighter by so much in 8 bits. */
function slowEngine(float32Ms: number, int8Ms: number, brighter = 0) {
  const loads: ('float32' | 'int8')[] = [];
  const engine: Engine = {
    name: 'slow',
    async load(_, __, given) {
      loads.push(given ? 'int8' : 'float32');
      const ms = given ? int8Ms : float32Ms;
      return {
        async run(picture) {
          await new Promise((resolve) => setTimeout(resolve, ms));
          return { ...picture, data: picture.data.map((byte) => byte + (given ? brighter : 0)) };
        },
        close: async () => {},
      };
    },
  };
  return { engine, loads };
}

test.each([
  ['faithful', true],
  ['blurred', false],
  ['noisy', false],
  ['uncalibrated', false],
  ['faithful:0.5,noisy:0.5', false],
])('%s: %s', (mix, allowed) => {
  expect(allowsInt8(catalog.resolve(parseStyleMix(mix)))).toBe(allowed);
});

test('the faster one is taken; without ranges there is one only', async () => {
  const style = { network, weights, ranges };
  expect(await fasterPrecision(slowEngine(40, 1).engine, style)).toBe('int8');
  expect(await fasterPrecision(slowEngine(1, 40).engine, style)).toBe('float32');
  expect(await fasterPrecision(slowEngine(40, 1).engine, { network, weights })).toBe('float32');
});

test('a start on a loaded machine takes what computes less, however long it waits for its turn', async () => {
  const clock = { ms: 0 };
  const [float32, int8] = [
    { waits: 1, computes: 20 },
    { waits: 60, computes: 5 },
  ];
  const engine: Engine = {
    name: 'waiting',
    load: async (_, __, given) => ({
      async run(picture) {
        const { waits, computes } = given ? int8 : float32;
        await new Promise((resolve) => setTimeout(resolve, waits));
        clock.ms += computes;
        return picture;
      },
      close: async () => {},
    }),
  };
  const style = { network, weights, ranges };
  expect(await fasterPrecision(engine, style, () => clock.ms)).toBe('int8');
  expect(await fasterPrecision(engine, style)).toBe('float32');
  const before = computedMs();
  for (let i = 0; i < 1e7; i += 1) clock.ms += Math.sqrt(i);
  expect(computedMs()).toBeGreaterThan(before);
});

test('a processor on which 8 bits come to something else paints in float32', async () => {
  const style = { network, weights, ranges };
  expect(await fasterPrecision(slowEngine(40, 1, 3).engine, style)).toBe('int8');
  expect(await fasterPrecision(slowEngine(40, 1, 5).engine, style)).toBe('float32');
});

test('sessions are loaded as the style and the processor allow', async () => {
  for (const [mix, faster, loaded] of [
    ['faithful', 'int8', 'int8'],
    ['faithful', 'float32', 'float32'],
    ['noisy', 'int8', 'float32'],
  ] as const) {
    const { engine, loads } = slowEngine(0, 0);
    const precision = async () => faster;
    const sessions = createSessions({ engine, catalog, budgetBytes: 1e9, precision });
    await sessions.paint(parseStyleMix(mix), randomPicture(32, 32, 1));
    expect([await sessions.precision(parseStyleMix(mix)), loads]).toEqual([loaded, [loaded]]);
  }
});

test('ranges are kept with five digits, for the weights they are of', () => {
  const text = writeRanges('abc', ranges);
  expect(readRanges(text, 'abc').get('stem')).toEqual({
    input: [0, 1],
    output: [-2, 2],
    magnitudes: [0.33333],
  });
  expect(() => readRanges(text, 'def')).toThrow('Expected ranges of the weights def');
  expect(() => readRanges('{}', 'abc')).toThrow();
});
