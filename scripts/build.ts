/** Bundles the entry points into dist/ and copies what browsers are served. */

import { copyFile, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { EXPLORER_ASSET } from '../src/http/routes/reference.ts';

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

/** Bundled CommonJS packages ask for Node's own modules with `require`. */
const REQUIRE = [
  "import { createRequire as requireFrom } from 'node:module';",
  'const require = requireFrom(import.meta.url);',
].join('\n');

await rm(`${root}dist`, { recursive: true, force: true });
await build({
  entryPoints: {
    server: `${root}functions/server.ts`,
    cli: `${root}src/cli.ts`,
    'paint-worker': `${root}src/engines/paint-worker.ts`,
  },
  outdir: `${root}dist`,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  external: EXTERNAL,
  banner: { js: REQUIRE },
  logLevel: 'warning',
});

const explorer = `${root}node_modules/openapi-explorer/dist/browser/${EXPLORER_ASSET}`;
await mkdir(`${root}dist/assets`, { recursive: true });
await copyFile(explorer, `${root}dist/assets/${EXPLORER_ASSET}`);
