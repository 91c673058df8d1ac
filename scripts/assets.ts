/** What browsers are served: the playground, the reference's explorer, the runtime of Live. */

import { readdirSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import sharp from 'sharp';
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

/** What `npm run samples` has written. */
const SAMPLES = 'samples';

/** In pixels: enough for colors to be where they will be. */
const TINT = { width: 6, height: 4 };

/** Compressing is worth it from here on. */
const MIN_GAIN = 0.9;

/** How the page and the worker of Live are bundled; what is not code is copied as it is. */
export async function pageBundle(root: string, outdir: string) {
  const playground = join(root, 'src/playground');
  const entry = (file: string, out: string) => ({ in: join(playground, file), out });
  const pictures = readdirSync(join(playground, SAMPLES)).filter((name) =>
    /\.(?:jpg|avif)$/.test(name),
  );
  return {
    entryPoints: [
      entry('main.tsx', 'playground'),
      entry('live/worker.ts', 'live-worker'),
      entry('style.css', 'playground'),
      entry('reference.css', 'reference'),
      entry('reference.ts', 'reference'),
      entry('index.html', 'index'),
      entry('icon.svg', 'icon'),
      ...pictures.map((name) => entry(join(SAMPLES, name), parse(name).name)),
    ],
    loader: { '.avif': 'copy', '.html': 'copy', '.jpg': 'copy', '.svg': 'copy' },
    define: { TINTS: JSON.stringify(await tintsOf(join(playground, SAMPLES))) },
    tsconfig: join(playground, 'tsconfig.json'),
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  } satisfies BuildOptions;
}

/** The previews of the first sample from afar, as addresses that hold the picture, by style. */
async function tintsOf(folder: string): Promise<Record<string, string>> {
  const { styles } = JSON.parse(await readFile(join(folder, 'samples.json'), 'utf8')) as {
    styles: string[];
  };
  const tints: Record<string, string> = {};
  for (const style of styles) {
    const preview = sharp(join(folder, `cat-${style}.jpg`));
    const tint = await preview
      .resize({ ...TINT, fit: 'fill' })
      // Averages of many colors are gray.
      .modulate({ saturation: 1.8 })
      .webp()
      .toBuffer();
    tints[style] = `data:image/webp;base64,${tint.toString('base64')}`;
  }
  return tints;
}

/** Writes everything into `folder`. */
export async function buildAssets(root: string, folder: string): Promise<void> {
  await build(await pageBundle(root, folder));
  await copyPackages(root, folder);
  await compressAll(folder);
}

/** What packages bring for browsers. */
export async function copyPackages(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [place, names] of Object.entries(COPIES)) {
    for (const name of names) {
      await copyFile(join(root, 'node_modules', place, name), join(folder, name));
    }
  }
}

/** Once at build time rather than at every answer; nearly every browser takes it so. */
async function compressAll(folder: string): Promise<void> {
  const compress = promisify(gzip);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const file = await readFile(path);
    const compressed = await compress(file, { level: 9 });
    if (compressed.byteLength > MIN_GAIN * file.byteLength) continue;
    await writeFile(path + COMPRESSED, compressed);
    await rm(path);
  }
}
