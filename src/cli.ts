#!/usr/bin/env node
/** The command line: `impasto --help` names the commands. */

import { fileURLToPath } from 'node:url';
import { runCli } from './cli/program.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

process.exitCode = await runCli(process.argv, process.env, {
  modelsDir: folder('../models'),
  distDir: folder('../dist'),
});
