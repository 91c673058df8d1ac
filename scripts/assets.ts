/** What browsers are served: the playground, the reference's explorer, the runtime of Live. */

import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { build } from 'esbuild';
import { COMPRESSED } from '../src/http/assets.ts';
import { EXPLORER_ASSET } from '../src/http/routes/reference.ts';

/** By package; the runtime's scripts find the rest of it by these names. */
const COPIES: Readonly<Record<string, readonly string[]>> = {
  'openapi-explorer/dist/browser': [EXPLORER_ASSET],
  'onnxruntime-web/dist': [
    'ort.wasm.min.mjs',
    'ort-wasm-simd-threaded.mjs',
    'ort-wasm-simd-threaded.wasm',
    'ort.webgpu.min.mjs',
    'ort-wasm-simd-threaded.asyncify.mjs',
    'ort-wasm-simd-threaded.asyncify.wasm',
  ],
};

/** Compressing is worth it from here on. */
const MIN_GAIN = 0.9;

/** Writes everything into `folder`. */
export async function buildAssets(root: string, folder: string): Promise<void> {
  const playground = `${root}src/playground/`;
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: {
      playground: `${playground}main.tsx`,
      'live-worker': `${playground}live/worker.ts`,
    },
    tsconfig: `${playground}tsconfig.json`,
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
  await build({
    entryPoints: { playground: `${playground}style.css` },
    outdir: folder,
    minify: true,
  });
  for (const name of ['index.html', 'icon.svg', 'sample.jpg'])
    await copyFile(playground + name, folder + name);
  for (const [place, names] of Object.entries(COPIES)) {
    for (const name of names) await copyFile(`${root}node_modules/${place}/${name}`, folder + name);
  }
  await compressAll(folder);
}

/** Once at build time rather than at every answer; nearly every browser takes it so. */
async function compressAll(folder: string): Promise<void> {
  const compress = promisify(gzip);
  for (const name of await readdir(folder)) {
    const file = await readFile(folder + name);
    const compressed = await compress(file, { level: 9 });
    if (compressed.byteLength > MIN_GAIN * file.byteLength) continue;
    await writeFile(folder + name + COMPRESSED, compressed);
    await rm(folder + name);
  }
}
