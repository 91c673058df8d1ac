/** `impasto doctor`: what runs here, and what does not. */

import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../config/config.ts';
import { createEngine, ENGINES, type EngineName } from '../engines/create.ts';
import { EngineUnavailableError } from '../engines/unavailable.ts';
import { freeBytes } from '../host/disk.ts';
import { ASSETS_FOLDER } from '../http/routes/playground.ts';
import { paint } from '../network/engine.ts';
import { parseStyleMix } from '../network/mix.ts';
import { scratchFolderOf } from '../services/paint-services.ts';
import { openStore } from '../services/store.ts';
import { openCatalog } from '../styles/catalog.ts';
import { loadMix } from '../styles/sessions.ts';

export interface Finding {
  readonly name: string;
  /** `absent` is what nobody asked for, `broken` what was asked for and does not work. */
  readonly status: 'ok' | 'absent' | 'broken';
  readonly detail: string;
}

const MARKS = { ok: '✓', absent: '–', broken: '✗' } as const;

const PROBE_SIDE = 256;

/** What only some commands need. */
const OPTIONAL_PACKAGES = {
  '@tensorflow/tfjs-node': 'ENGINE=tensorflow, train, optimize, distill',
  zeromq: 'train with several workers',
  'h5wasm/node': 'loss networks in Keras files',
} as const;

/** Examines everything, prints the findings, and resolves to how many are broken. */
export async function examine(config: Config, json: boolean): Promise<number> {
  const looks: readonly (() => Promise<Finding>)[] = [
    () => machine(config),
    ...ENGINES.map((engine) => () => painting(config, engine)),
    () => models(config),
    () => browserFiles(config),
    () => storage(config),
    () => scratch(config),
    ...Object.entries(OPTIONAL_PACKAGES).map(
      ([name, use]) =>
        () =>
          optionalPackage(name, use),
    ),
    ffmpeg,
  ];
  const findings: Finding[] = [];
  for (const look of looks) {
    const finding = await look();
    findings.push(finding);
    if (!json) console.log(line(finding));
  }
  if (json) console.log(JSON.stringify(findings, null, 2));
  return findings.filter(({ status }) => status === 'broken').length;
}

function line({ name, status, detail }: Finding): string {
  return `${MARKS[status]} ${name.padEnd(22)} ${detail}`;
}

async function machine({ WORKERS, THREADS, SLOTS, WHOLE_PIXELS }: Config): Promise<Finding> {
  const detail =
    `Node ${process.version}, ${process.platform} ${process.arch}; WORKERS=${WORKERS}, ` +
    `THREADS=${THREADS}, SLOTS=${SLOTS}, WHOLE_PIXELS=${WHOLE_PIXELS}`;
  return { name: 'machine', status: 'ok', detail };
}

/** Paints a gray square with the default style. */
async function painting(config: Config, name: EngineName): Promise<Finding> {
  const finding = (status: Finding['status'], detail: string) => ({
    name: `engine ${name}`,
    status,
    detail,
  });
  try {
    const engine = await createEngine(name, { threads: config.THREADS });
    const catalog = await openCatalog(config.MODELS_DIR);
    const { network, weights } = await loadMix(catalog, parseStyleMix(config.DEFAULT_STYLE));
    const session = await engine.load(network, weights);
    const data = new Uint8Array(PROBE_SIDE ** 2 * 3).fill(128);
    const square = { width: PROBE_SIDE, height: PROBE_SIDE, data };
    await paint(session, network, square);
    const started = performance.now();
    await paint(session, network, square);
    const ms = Math.round(performance.now() - started);
    await session.close();
    return finding('ok', `paints ${PROBE_SIDE} x ${PROBE_SIDE} in ${ms} ms, in float32`);
  } catch (error) {
    const absent = error instanceof EngineUnavailableError && name !== config.ENGINE;
    return finding(absent ? 'absent' : 'broken', messageOf(error));
  }
}

/** Reads every network; each is checked against the digest in its manifest. */
async function models(config: Config): Promise<Finding> {
  return found('models', async () => {
    const catalog = await openCatalog(config.MODELS_DIR);
    await catalog.check();
    const { length } = catalog.styles;
    return `${length} styles in ${config.MODELS_DIR}, whose digests are as their manifests say`;
  });
}

async function browserFiles({ DIST_DIR }: Config): Promise<Finding> {
  return found('playground', async () => {
    const folder = join(DIST_DIR, ASSETS_FOLDER);
    await stat(folder);
    return `files for browsers in ${folder}`;
  });
}

/** Opens what jobs and their pictures are kept in; a folder that is not there yet is not made. */
async function storage(config: Config): Promise<Finding> {
  const { S3_BUCKET, DATA_DIR } = config;
  if (!S3_BUCKET) return found('data folder', () => dataFolder(DATA_DIR));
  return found('S3 bucket', async () => {
    const { blobs } = await openStore(config);
    await blobs.read('doctor');
    return `${S3_BUCKET} answers`;
  });
}

async function dataFolder(path: string): Promise<string> {
  let place = resolve(path);
  while (!(await exists(place))) place = dirname(place);
  await access(place, constants.W_OK);
  return place === resolve(path) ? `${path} can be written` : `${path} can be made`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function scratch(config: Config): Promise<Finding> {
  return found('scratch folder', async () => {
    const folder = scratchFolderOf(config);
    await access(folder, constants.W_OK);
    return `${folder}, ${((await freeBytes(folder)) / 1e9).toFixed(1)} GB free`;
  });
}

async function optionalPackage(name: string, use: string): Promise<Finding> {
  const label = `package ${name.replace('/node', '')}`;
  return import(name).then(
    () => ({ name: label, status: 'ok', detail: `for ${use}` }),
    () => ({ name: label, status: 'absent', detail: `needed for: ${use}` }),
  );
}

/** Videos are taken apart and put together by it. */
async function ffmpeg(): Promise<Finding> {
  return promisify(execFile)('ffmpeg', ['-version']).then(
    ({ stdout }) => ({ name: 'ffmpeg', status: 'ok', detail: stdout.split('\n', 1)[0] ?? '' }),
    () => ({ name: 'ffmpeg', status: 'absent', detail: 'for frames of videos' }),
  );
}

async function found(name: string, look: () => Promise<string>): Promise<Finding> {
  return look().then(
    (detail) => ({ name, status: 'ok', detail }),
    (error: unknown) => ({ name, status: 'broken', detail: messageOf(error) }),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
