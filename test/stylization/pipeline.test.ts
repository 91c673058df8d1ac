/** The steps of a painting: the same ones in memory and in files, and none after the caller is gone. */

import { copyFile, readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readHeader } from '../../src/images/header.ts';
import type { LargePicture } from '../../src/network/engine.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import { defaultsOf } from '../../src/options/option.ts';
import { PAINTING_OPTIONS } from '../../src/options/stylization.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import type { Sessions } from '../../src/styles/sessions.ts';
import type { StylizeOptions } from '../../src/stylization/options.ts';
import { runPipeline } from '../../src/stylization/pipeline.ts';
import { planStylization } from '../../src/stylization/plan.ts';
import { type Step, stepRunner } from '../../src/stylization/steps.ts';
import { createSpans } from '../../src/telemetry/spans.ts';
import { picture } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

const options: StylizeOptions = {
  ...defaultsOf(PAINTING_OPTIONS),
  style: parseStyleMix('udnie'),
  strength: 0.5,
  strokeSize: 4,
  preserveBackground: true,
};

/** Paints nothing: what comes out of them is what went in. */
const sessions = {
  paint: async (_: unknown, photo: Picture) => photo,
  expectLarge: async () => {},
  paintLarge: async (_: unknown, job: LargePicture) =>
    copyFile(job.picture.path, job.painting.path),
} as unknown as Sessions;

const scratchFolder = temporary();
const parts = {
  sessions,
  heic: { toTiff: () => Promise.reject(new Error('not here')) },
  scratchFolder,
};

const file = await picture(310, 230).png().toBuffer();
const header = await readHeader(file, { maxPixels: 1_000_000, maxPages: 1 });

function planFor(wholePixels: number) {
  const limits = { maxPixels: 1_000_000, maxPages: 1, wholeBytes: 1e9, maxDecodedBytes: 1e9 };
  return planStylization(header, options, ['png'], { ...limits, wholePixels });
}

const CANVASES = [
  ['in memory', planFor(1_000_000)],
  ['in files', planFor(10_000)],
] as const;

async function paint(plan: ReturnType<typeof planFor>) {
  const steps: string[] = [];
  const signal = new AbortController().signal;
  const run = stepRunner(signal, createSpans());
  const step: Step = (name, work) => {
    steps.push(name);
    return run(name, work);
  };
  return { ...(await runPipeline(file, plan, parts, step, signal)), steps };
}

test('what does not fit in memory is planned for files', () => {
  expect(CANVASES.map(([, { isOnDisk, isLarge }]) => [isOnDisk, isLarge])).toEqual([
    [false, false],
    [true, true],
  ]);
});

test('goes from decode to encode by the same levels in memory and in files', async () => {
  const [inMemory, inFiles] = await Promise.all(CANVASES.map(([, plan]) => paint(plan)));
  const levels = ['level-1', 'level-2', 'level-3'];
  for (const painted of [inMemory!, inFiles!]) {
    expect(painted.format).toBe('png');
    expect([painted.steps[0], painted.steps.at(-1)]).toEqual(['decode', 'encode']);
    expect(new Set(painted.steps)).toEqual(
      new Set(['decode', ...levels, 'resize', 'inference', 'combine', 'encode']),
    );
    expect(painted.steps.filter((name) => name.startsWith('level-'))).toEqual(levels);
  }
});

test('what is painted at one size has no levels, and is the same in memory and in files', async () => {
  const plans = CANVASES.map(([, plan]) => ({ ...plan, levels: [header.extent] as const }));
  const [inMemory, inFiles] = await Promise.all(plans.map(paint));
  expect(inFiles?.steps).toEqual(inMemory?.steps);
  expect(inMemory?.steps.filter((name) => name.startsWith('level-'))).toEqual([]);
  expect(Buffer.compare(inMemory!.bytes, inFiles!.bytes)).toBe(0);
});

describe.each(CANVASES)('%s', (_, plan) => {
  test('no step begins when the signal has aborted, and nothing is left behind', async () => {
    const controller = new AbortController();
    const spans = createSpans();
    const run = stepRunner(controller.signal, spans);
    const step: Step = async (name, work) => {
      const result = await run(name, work);
      if (name === 'decode') controller.abort(new Error('gone'));
      return result;
    };
    await expect(runPipeline(file, plan, parts, step, controller.signal)).rejects.toThrow('gone');
    expect([...spans.durations.keys()]).toEqual(['decode']);
    expect(await readdir(scratchFolder)).toEqual([]);
  });
});
