#!/usr/bin/env node
/** The command line: `impasto serve | stylize | styles | import | export`. */

import { fileURLToPath } from 'node:url';
import { runCli } from './cli/program.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

process.exitCode = await runCli(process.argv, process.env, {
  modelsDir: folder('../models'),
  distDir: folder('../dist'),
});
