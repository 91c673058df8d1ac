/** Bundles the entry points into dist/ and copies what browsers are served. */

import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ASSETS_FOLDER } from '../src/http/routes/playground.ts';
import { buildAssets } from './assets.ts';
import { BUNDLE } from './bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages with native parts, or that find their own files at run time. */
const EXTERNAL = [
  'onnxruntime-node',
  'sharp',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-core',
  'pino',
  'zeromq',
  'h5wasm',
  'libheif-js',
];

await rm(`${root}dist`, { recursive: true, force: true });
await build({
  ...BUNDLE,
  entryPoints: {
    server: `${root}functions/server.ts`,
    cli: `${root}src/cli.ts`,
    'paint-worker': `${root}src/engines/threads/paint-worker.ts`,
    'large-process': `${root}src/engines/large/process.ts`,
    'heic-worker': `${root}src/images/heic/heic-worker.ts`,
  },
  outdir: `${root}dist`,
  sourcemap: 'linked',
  external: EXTERNAL,
});

await buildAssets(root, `${root}dist/${ASSETS_FOLDER}/`);
