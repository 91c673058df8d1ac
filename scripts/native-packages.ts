/** The packages with native parts, for one platform: what the bundle has beside its own code. */

import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** In npm's words: `process.platform` and `process.arch`. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
}

/** Needed to install a package, not to run it. */
const INSTALL_ONLY: ReadonlySet<string> = new Set(['adm-zip', 'global-agent']);

/** Copies the packages with what they depend on from `root`, or from the npm registry for another platform than this. */
export async function copyPackages(
  names: readonly string[],
  platform: Platform,
  root: string,
  target: string,
): Promise<void> {
  const own = platform.os === process.platform && platform.cpu === process.arch;
  const from = own ? root : await fetchPackages(names, platform, root);
  for (const name of await closure(names, from)) await copyPackage(name, platform, from, target);
}

/** The same versions for another platform, in a folder of their own. */
async function fetchPackages(
  names: readonly string[],
  { os, cpu }: Platform,
  root: string,
): Promise<string> {
  const folder = join(root, `build/packages-${os}-${cpu}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const versions = await Promise.all(names.map((name) => versionOf(name, root)));
  const packages = names.map((name, i) => `${name}@${versions[i]}`);
  const flags = ['--ignore-scripts', '--no-package-lock', '--os', os, '--cpu', cpu];
  const libc = os === 'linux' ? ['--libc', 'glibc'] : [];
  execFileSync('npm', ['install', '--prefix', folder, ...flags, ...libc, ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}

async function versionOf(name: string, root: string): Promise<string> {
  return JSON.parse(await readFile(manifestOf(name, root), 'utf8')).version;
}

const manifestOf = (name: string, root: string) => join(root, 'node_modules', name, 'package.json');

/** The packages and what they depend on, as far as it is installed. */
async function closure(
  names: readonly string[],
  root: string,
  found = new Set<string>(),
): Promise<Set<string>> {
  for (const name of names) {
    if (found.has(name) || INSTALL_ONLY.has(name)) continue;
    const text = await readFile(manifestOf(name, root), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text);
    await closure(Object.keys({ ...dependencies, ...optionalDependencies }), root, found);
  }
  return found;
}

async function copyPackage(
  name: string,
  platform: Platform,
  root: string,
  target: string,
): Promise<void> {
  const [from, to] = [join(root, 'node_modules', name), join(target, 'node_modules', name)];
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, dereference: true });
  if (name === 'onnxruntime-node') await keepPlatform(join(to, 'bin'), platform);
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
async function keepPlatform(bin: string, { os, cpu }: Platform): Promise<void> {
  for (const version of await readdir(bin)) {
    for (const platform of await readdir(join(bin, version))) {
      const folder = join(bin, version, platform);
      if (platform !== os) await rm(folder, { recursive: true });
      else {
        for (const architecture of await readdir(folder)) {
          if (architecture !== cpu) await rm(join(folder, architecture), { recursive: true });
        }
      }
    }
  }
}
