/** `impasto import`: trained weights, or the folder of a style -> a style to paint with. */

import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { createEngine } from '../engines/create.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { openCatalog } from '../styles/catalog.ts';
import { importStyle, manifestFiles, type StyleDescription } from '../styles/import.ts';
import { taken } from '../styles/learned-styles.ts';
import type { StyleManifest } from '../styles/manifest.ts';
import { replaceFolder } from '../styles/replace-folder.ts';
import { readStyleFolder } from '../styles/style-folder.ts';
import { readTrainingLog } from '../styles/training-log.ts';
import { learnedOf } from './known-styles.ts';
import { readInput, UsageError } from './outputs.ts';

type Described = Omit<StyleDescription, 'training'>;

export interface ImportFlags extends Partial<Described> {
  readonly trainingLog?: string;
  readonly trainingRun?: string;
  /** Among whose learned styles a folder is put; among those that ship where absent. */
  readonly tenant?: string;
}

export async function importCommand(
  path: string,
  flags: ImportFlags,
  config: Config,
): Promise<void> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  const style = isFolder
    ? await importFolder(path, flags, config)
    : await importWeights(path, flags, config);
  console.log(`${style.id}: ${style.title}, ${style.network}, ${style.parameters} parameters`);
}

/** As `impasto export --format style` writes it; what is described differently is changed. */
async function importFolder(
  path: string,
  { trainingLog, trainingRun, tenant, ...changes }: ImportFlags,
  config: Config,
): Promise<StyleManifest> {
  const unfit = trainingLog ?? trainingRun;
  if (unfit !== undefined) {
    throw new UsageError(
      'Expected weights beside --training-log and --training-run, got a folder.',
    );
  }
  const { style: found, files } = await readStyleFolder(path);
  const style = { ...found, ...changes };
  const whole = { ...files, ...manifestFiles(style) };
  if (tenant === undefined) await replaceFolder(join(config.MODELS_DIR, style.id), whole);
  else await keepLearned(style, files, tenant, config);
  return style;
}

async function keepLearned(
  style: StyleManifest,
  files: Readonly<Record<string, Uint8Array>>,
  tenant: string,
  config: Config,
): Promise<void> {
  const { styles } = await openCatalog(config.MODELS_DIR);
  if (styles.some(({ id }) => id === style.id)) throw taken(style.id);
  await (await learnedOf(tenant, config)).keep(style, files, `import of ${style.digest}`);
}

async function importWeights(
  path: string,
  { trainingLog, trainingRun, tenant, ...description }: ImportFlags,
  config: Config,
): Promise<StyleManifest> {
  if (tenant !== undefined) {
    throw new UsageError('Expected the folder of a style beside --tenant, got weights.');
  }
  const described = complete(description);
  const weights = readSafetensors(await readInput(path));
  const run = trainingRun ?? basename(path, extname(path));
  const training =
    trainingLog === undefined
      ? undefined
      : readTrainingLog(await readFile(trainingLog, 'utf8'), run);
  const engine = await createEngine(config.ENGINE, { threads: config.THREADS });
  return importStyle(weights, { ...described, training }, config.MODELS_DIR, engine);
}

/** Weights do not tell what they were trained on. */
function complete({ id, title, artist, year, rights }: Partial<Described>): Described {
  const needed = (name: keyof Described, value: string | undefined): string => {
    if (value !== undefined) return value;
    throw new UsageError(`Expected --${name} beside weights.`);
  };
  return {
    id: needed('id', id),
    title: needed('title', title),
    artist: needed('artist', artist),
    year: needed('year', year),
    rights: needed('rights', rights),
  };
}
