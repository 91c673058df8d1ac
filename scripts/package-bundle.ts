/**
 * What containers and Lambda functions get, in build/bundle: the entry points with what they share,
 * the packages with native parts for this platform only, the models.
 */

import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLE } from './bundle.ts';
import { begin, folderOf } from './products.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = folderOf('bundle');

/** Packages that find their own files at run time; without the last one, HEIC is not read. */
const NATIVE = ['onnxruntime-node', 'sharp', 'libheif-js'];

/** Needed to install a package, not to run it. */
const INSTALL_ONLY: ReadonlySet<string> = new Set(['adm-zip', 'global-agent']);

/** Loaded where another engine or a trainer asks for them. */
const LEFT_OUT = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-core', 'zeromq', 'h5wasm'];

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
  sourcemap: false,
  external: [...NATIVE, ...LEFT_OUT],
});
// Read by serverless.yml, which knows CommonJS only.
await build({
  entryPoints: [join(root, 'deploy/lifecycle.ts')],
  outfile: join(root, 'build/lifecycle.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  logLevel: 'warning',
});
await writeFile(join(target, 'package.json'), '{ "type": "module" }\n');
await cp(join(root, 'models'), join(target, 'models'), { recursive: true });
await cp(join(root, 'dist/assets'), join(target, 'assets'), { recursive: true });
for (const name of await closure(NATIVE)) await copyPackage(name);
await finish();

/** The packages and what they depend on, as far as it is installed here. */
async function closure(names: readonly string[], found = new Set<string>()): Promise<Set<string>> {
  for (const name of names) {
    if (found.has(name) || INSTALL_ONLY.has(name)) continue;
    const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8').catch(
      () => undefined,
    );
    if (text === undefined) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text);
    await closure(Object.keys({ ...dependencies, ...optionalDependencies }), found);
  }
  return found;
}

async function copyPackage(name: string): Promise<void> {
  const [from, to] = [join(root, 'node_modules', name), join(target, 'node_modules', name)];
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, dereference: true });
  if (name === 'onnxruntime-node') await keepThisPlatform(join(to, 'bin'));
  if (name === 'libheif-js') await keepOneForm(to);
}

/** The same library comes in four forms, of which one is loaded. */
async function keepOneForm(folder: string): Promise<void> {
  await rm(join(folder, 'libheif'), { recursive: true });
  for (const name of ['libheif-bundle.js', 'libheif-bundle.mjs', 'libheif.d.ts']) {
    await rm(join(folder, 'libheif-wasm', name));
  }
}

/** The runtime's binaries lie in `bin/<interface>/<platform>/<architecture>`. */
async function keepThisPlatform(bin: string): Promise<void> {
  for (const version of await readdir(bin)) {
    for (const platform of await readdir(join(bin, version))) {
      const folder = join(bin, version, platform);
      if (platform !== process.platform) await rm(folder, { recursive: true });
      else {
        for (const architecture of await readdir(folder)) {
          const other = architecture !== process.arch;
          if (other) await rm(join(folder, architecture), { recursive: true });
        }
      }
    }
  }
}
