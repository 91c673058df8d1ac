/** What happens before a painting is admitted. */

import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import type { Slots } from '../../src/concurrency/slots.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import { defaultsOf } from '../../src/options/option.ts';
import { PAINTING_OPTIONS } from '../../src/options/stylization.ts';
import type { Sessions } from '../../src/styles/sessions.ts';
import type { StylizerLimits } from '../../src/stylization/plan.ts';
import { createStylizer } from '../../src/stylization/stylizer.ts';
import { createSpans } from '../../src/telemetry/spans.ts';
import { jpeg } from '../support/pictures.ts';

const options = {
  ...defaultsOf(PAINTING_OPTIONS),
  style: parseStyleMix('udnie'),
  detail: 0,
  maxSize: 32,
};

/** Slots that note what runs in them. */
function slots(runs = true): Slots & { readonly entered: () => number } {
  let entered = 0;
  return {
    run: (_signal, work) => {
      entered += 1;
      return runs ? work() : new Promise(() => {});
    },
    running: 0,
    waiting: 0,
    oldestWaitMs: 0,
    entered: () => entered,
  };
}

function stylizer(limits: Partial<StylizerLimits> = {}, headersRun = true) {
  const [normal, large, header] = [slots(), slots(), slots(headersRun)];
  const sessions = { paint: async (_mix: unknown, photo: unknown) => photo } as unknown as Sessions;
  const made = createStylizer({
    sessions,
    slots: normal,
    largeSlots: large,
    headerSlots: header,
    limits: {
      maxPixels: 10_000_000,
      maxPages: 10,
      wholePixels: 1_000_000,
      wholeBytes: 20_000_000,
      maxDecodedBytes: 100_000_000,
      ...limits,
    },
    heic: { toTiff: () => Promise.reject(new Error('not here')) },
    scratchFolder: '/nowhere',
  });
  const paint = (file: Uint8Array) =>
    made.stylize(file, options, {
      signal: new AbortController().signal,
      spans: createSpans(),
      formats: ['jpeg'],
    });
  return { paint, normal, large, header };
}

/** Some hundred bytes, as every flat picture. */
const avif = await sharp({
  create: { width: 1500, height: 1500, channels: 3, background: '#808080' },
})
  .avif({ effort: 0 })
  .toBuffer();

test('a header is read inside a slot', async () => {
  const { paint, header, normal } = stylizer({}, false);
  const settled = vi.fn();
  paint(Buffer.from('no picture at all')).then(settled, settled);
  await new Promise((resolve) => setImmediate(resolve));
  expect(header.entered()).toBe(1);
  expect(normal.entered()).toBe(0);
  expect(settled).not.toHaveBeenCalled();
});

test('small files that are decoded into much memory wait with large pictures', async () => {
  const { paint, large, normal } = stylizer();
  expect(avif.length).toBeLessThan(5000);
  expect(await paint(avif)).toMatchObject({ width: 32, height: 32 });
  expect([large.entered(), normal.entered()]).toEqual([1, 0]);
});

test('those that take more than the limit are refused, by what they take', async () => {
  const { paint, large, normal } = stylizer({ maxDecodedBytes: 40_000_000 });
  await expect(paint(avif)).rejects.toMatchObject({
    type: 'image-too-large',
    message: expect.stringContaining('1500 x 1500 pixels of AVIF take 45000000'),
  });
  expect([large.entered(), normal.entered()]).toEqual([0, 0]);
});

test('what is decoded row by row does not count', async () => {
  const { paint, normal } = stylizer({ maxDecodedBytes: 1 });
  expect(await paint(await jpeg(1500, 1500))).toMatchObject({ width: 32 });
  expect(normal.entered()).toBe(1);
});
