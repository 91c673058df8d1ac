/**
 * Lets this package be installed from the npm registry alone. On Linux on x64 the installation script of
 * onnxruntime-node downloads its CUDA provider from NuGet, some hundred megabytes that painting on a
 * processor does not need, and where that fails, the whole installation does. It downloads nothing
 * where the provider's files exist; npm runs this script before it, to put a note in the place of each.
 * "ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node" replaces the notes with the provider.
 *
 * That package also holds the runtime of every platform, some 290 MB; what is of other platforms is removed here. (sharp,
 * too, is installed for one platform only.) Where that fails, it stays.
 */

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const NOTE =
  'The CUDA provider is not installed: run "ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node".\n';

/** Each says to that script whether to download; whoever has set one has decided. */
const DECISIONS = [
  'ONNXRUNTIME_NODE_INSTALL',
  'ONNXRUNTIME_NODE_INSTALL_CUDA',
  'npm_config_onnxruntime_node_install',
  'npm_config_onnxruntime_node_install_cuda',
];

const require = createRequire(import.meta.url);
const platform = `${process.platform}/${process.arch}`;

function installed() {
  try {
    const script = require.resolve('onnxruntime-node/script/install-metadata.js');
    return { folder: dirname(dirname(script)), metadata: require(script) };
  } catch {
    // Another layout of packages, or another version: its own script does as it always does.
    return undefined;
  }
}

function writeNotes({ folder, metadata: { requirements, manifests } }) {
  for (const requirement of requirements[platform] ?? []) {
    for (const name of Object.keys(manifests[`${platform}:${requirement}`] ?? {})) {
      const path = join(folder, 'bin/napi-v6', platform, name);
      if (existsSync(path)) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, NOTE);
    }
  }
}

/** In npm's words; `npm install --os=linux --cpu=arm64` installs for another machine. */
const os = process.env.npm_config_os || process.platform;
const cpu = process.env.npm_config_cpu || process.arch;

/** The runtimes lie in `bin/<interface>/<platform>/<architecture>`. */
function removeOthers({ folder }) {
  for (const version of foldersIn(join(folder, 'bin'))) {
    // Where there is none for this platform, it is not for us to say what is needed.
    if (!existsSync(join(version, os, cpu))) continue;
    for (const platform of foldersIn(version)) {
      for (const architecture of foldersIn(platform)) {
        if (architecture !== join(version, os, cpu)) rmSync(architecture, { recursive: true });
      }
    }
  }
}

function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

const runtime = installed();
if (runtime) {
  try {
    removeOthers(runtime);
  } catch (error) {
    console.warn(`The runtime of other platforms stays: ${error.message}`);
  }
  if (!DECISIONS.some((name) => process.env[name])) writeNotes(runtime);
}
