/** How the service, the command line and the scripts of their threads and processes are bundled. */

import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { BUNDLE } from './bundle.ts';

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

export function serviceBundle(root: string, outdir: string) {
  return {
    ...BUNDLE,
    entryPoints: {
      server: join(root, 'functions/server.ts'),
      cli: join(root, 'src/cli.ts'),
      index: join(root, 'src/index.ts'),
      'paint-worker': join(root, 'src/engines/threads/paint-worker.ts'),
      'large-process': join(root, 'src/engines/large/process.ts'),
      'probe-process': join(root, 'src/cli/doctor/probe-process.ts'),
      'training-process': join(root, 'src/training/process/process.ts'),
      'heic-worker': join(root, 'src/images/heic/heic-worker.ts'),
    },
    outdir,
    sourcemap: 'linked',
    external: EXTERNAL,
  } satisfies BuildOptions;
}
