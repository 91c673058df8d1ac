/** The built command line, run as people run it. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DIST_DIR } from './dist.ts';

export interface CliOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a folder. */
export function runImpasto(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CliOutcome> {
  return new Promise((resolve) => {
    const options = { cwd, env: { PATH: process.env['PATH'] ?? '', ...environment } };
    execFile(
      process.execPath,
      [join(DIST_DIR, 'cli.js'), ...args],
      options,
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
        resolve({ code, stdout, stderr });
      },
    );
  });
}
