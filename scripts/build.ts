/** Bundles the entry points into dist/ and copies what browsers are served. */

import { copyFile, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { EXPLORER_ASSET } from '../src/http/routes/reference.ts';
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
];

await rm(`${root}dist`, { recursive: true, force: true });
await build({
  ...BUNDLE,
  entryPoints: {
    server: `${root}functions/server.ts`,
    cli: `${root}src/cli.ts`,
    'paint-worker': `${root}src/engines/paint-worker.ts`,
    'large-process': `${root}src/engines/large-process.ts`,
  },
  outdir: `${root}dist`,
  sourcemap: 'linked',
  external: EXTERNAL,
});

const explorer = `${root}node_modules/openapi-explorer/dist/browser/${EXPLORER_ASSET}`;
await mkdir(`${root}dist/assets`, { recursive: true });
await copyFile(explorer, `${root}dist/assets/${EXPLORER_ASSET}`);
