/** Node server: development, containers, `npm start`. */

import { fileURLToPath } from 'node:url';
import { serve } from '../src/runtime/serve.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

serve(process.env, { modelsDir: folder('../models'), distDir: folder('../dist') }).catch(
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
