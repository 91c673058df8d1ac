/**
 * What containers and Lambda functions get, in build/bundle: the entry points with what they share,
 * the packages with native parts for one platform only, the models. `ARCHITECTURE=arm64` (or `x86_64`) makes a bundle
 * for Linux on that; otherwise it is for this machine.
 */

import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLE } from './bundle.ts';
import { copyPackages, type Platform } from './native-packages.ts';
import { begin, folderOf } from './products.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = folderOf('bundle');

/** Packages that find their own files at run time; without the last one, HEIC is not read. */
const NATIVE = ['onnxruntime-node', 'sharp', 'libheif-js'];

/** Loaded where another engine or a trainer asks for them. */
const LEFT_OUT = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-core', 'zeromq', 'h5wasm'];

const platform = platformOf(process.env['ARCHITECTURE']);
const finish = await begin('bundle');
await rm(target, { recursive: true, force: true });
await build({
  ...BUNDLE,
  entryPoints: {
    ...Object.fromEntries(
      ['server', 'health-check', 'api', 'worker', 'webhooks', 'dead-letters'].map((name) => [
        name,
        join(root, `functions/${name}.ts`),
      ]),
    ),
    'paint-worker': join(root, 'src/engines/threads/paint-worker.ts'),
    'large-process': join(root, 'src/engines/large/process.ts'),
    'heic-worker': join(root, 'src/images/heic/heic-worker.ts'),
  },
  outdir: target,
  minify: true,
  // Logs name classes and places as the sources do: errors are told apart by both.
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  external: [...NATIVE, ...LEFT_OUT],
});
// `cpu` is what serverless.yml gives the functions.
const manifest = { type: 'module', os: [platform.os], cpu: [platform.cpu] };
await writeFile(join(target, 'package.json'), `${JSON.stringify(manifest)}\n`);
await cp(join(root, 'models'), join(target, 'models'), { recursive: true });
await cp(join(root, 'dist/assets'), join(target, 'assets'), { recursive: true });
await copyPackages(NATIVE, platform, root, target);
await finish();

function platformOf(architecture: string | undefined): Platform {
  if (!architecture) return { os: process.platform, cpu: process.arch };
  const cpu = { x86_64: 'x64', arm64: 'arm64' }[architecture];
  if (cpu) return { os: 'linux', cpu };
  throw new Error(`Expected x86_64 or arm64 for ARCHITECTURE, got ${architecture}.`);
}
