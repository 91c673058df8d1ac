/** Where styles, pages, jobs and large pictures lie. */

import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { freeBytes } from '../../host/disk.ts';
import { ASSETS_FOLDER } from '../../http/routes/playground.ts';
import { scratchFolderOf } from '../../services/paint-services.ts';
import { checkTable, openStore } from '../../services/store.ts';
import { openCatalog } from '../../styles/catalog.ts';
import { type Finding, found } from './finding.ts';

/** Reads every network; each is checked against the digest in its manifest. */
export async function models({ MODELS_DIR }: Config): Promise<Finding> {
  return found('models', async () => {
    const catalog = await openCatalog(MODELS_DIR);
    await catalog.check();
    const { length } = catalog.styles;
    return `${length} styles in ${MODELS_DIR}, whose digests are as their manifests say`;
  });
}

export async function browserFiles({ DIST_DIR }: Config): Promise<Finding> {
  return found('playground', async () => {
    const folder = join(DIST_DIR, ASSETS_FOLDER);
    await stat(folder);
    return `files for browsers in ${folder}`;
  });
}

/** Opens what jobs and their pictures are kept in; a folder that is not there yet is not made. */
export async function storage(config: Config): Promise<Finding> {
  const { S3_BUCKET, DATA_DIR } = config;
  if (!S3_BUCKET) return found('data folder', () => dataFolder(DATA_DIR));
  return found('S3 bucket', async () => {
    const { blobs } = await openStore(config);
    await blobs.read('doctor');
    return `${S3_BUCKET} answers`;
  });
}

/** Opens what records are kept in, where that is a table. */
export async function table(config: Config): Promise<Finding> {
  const { DYNAMODB_TABLE } = config;
  const name = 'DynamoDB table';
  if (!DYNAMODB_TABLE) return { name, status: 'absent', detail: 'records are beside the pictures' };
  return found(name, async () => {
    await checkTable(config);
    return `${DYNAMODB_TABLE} answers`;
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

export async function scratch(config: Config): Promise<Finding> {
  return found('scratch folder', async () => {
    const folder = scratchFolderOf(config);
    await access(folder, constants.W_OK);
    return `${folder}, ${((await freeBytes(folder)) / 1e9).toFixed(1)} GB free`;
  });
}
