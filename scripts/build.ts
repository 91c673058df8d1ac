/** Bundles the entry points into dist/, declares what the package exports, and copies what browsers are served. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ASSETS_FOLDER } from '../src/http/routes/playground.ts';
import { buildAssets } from './assets.ts';
import { writeDeclarations } from './declarations.ts';
import { begin, folderOf } from './products.ts';
import { serviceBundle } from './service.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = folderOf('dist');

const finish = await begin('dist');
await rm(target, { recursive: true, force: true });
await build(serviceBundle(root, target));
await writeDeclarations(root, target);
await buildAssets(root, join(target, ASSETS_FOLDER));
await finish();
