/** Settings of the package -> the configuration that the server has, too. */

import { z } from 'zod';
import { type Config, type HostDefaults, loadConfig } from '../config/config.ts';
import { ENGINES } from '../engines/create.ts';
import { thisMachine } from '../host/machine.ts';
import { expected } from '../http/expectations.ts';
import { parseFields } from '../http/validation.ts';
import type { ImpastoSettings } from './public.ts';

const PRECISIONS = ['auto', 'float32', 'int8'] as const;

const text = (phrase: string) => z.string({ error: expected(phrase) }).optional();

const choice = <T extends string>(choices: readonly T[]) =>
  z.enum(choices, { error: expected(`one of ${choices.join(', ')}`) }).optional();

const atLeastOne = expected('a whole number from 1');
const count = z.int({ error: atLeastOne }).min(1, { error: atLeastOne }).optional();

const settingsSchema: z.ZodType<ImpastoSettings> = z.strictObject({
  modelsDir: text('a folder of styles'),
  defaultStyle: text('a style or a mix of styles'),
  engine: choice(ENGINES),
  precision: choice(PRECISIONS),
  workers: count,
  threads: count,
  maxPixels: count,
  scratchDir: text('a folder'),
});

/** Nothing is read from the environment. Throws an `invalid-request` problem. */
export function configOf(
  settings: ImpastoSettings,
  folders: Pick<HostDefaults, 'modelsDir' | 'distDir'>,
): Config {
  const given = parseFields(settingsSchema, settings);
  const usual = loadConfig({}, { ...folders, ...thisMachine() });
  const workers = given.workers ?? usual.WORKERS;
  return {
    ...usual,
    MODELS_DIR: given.modelsDir ?? usual.MODELS_DIR,
    DEFAULT_STYLE: given.defaultStyle ?? usual.DEFAULT_STYLE,
    ENGINE: given.engine ?? usual.ENGINE,
    PRECISION: given.precision ?? usual.PRECISION,
    WORKERS: workers,
    // One is decoded or encoded while the others are painted.
    SLOTS: workers + 1,
    THREADS: given.threads ?? usual.THREADS,
    MAX_PIXELS: given.maxPixels ?? usual.MAX_PIXELS,
    SCRATCH_DIR: given.scratchDir ?? usual.SCRATCH_DIR,
  };
}
