/** The program as an operator runs it: a process, environment variables, signals. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DIST_DIR } from './dist.ts';
import { temporary } from './temporary.ts';

const entry = join(DIST_DIR, 'server.js');

export interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly url: () => Promise<string>;
}

/** Whoever starts a process ends it. */
export function startProcess(environment: Record<string, string>): Started {
  const { PATH = '' } = process.env;
  const server = spawn(process.execPath, [entry], {
    // Whoever measures or kills it sends the same photograph again, and wants it painted.
    env: { PATH, DATA_DIR: temporary(), RESULTS_MAX_BYTES: '0', ...environment },
  });
  let output = '';
  server.stdout.on('data', (data) => {
    output += data;
  });
  server.stderr.on('data', (data) => {
    output += data;
  });
  const url = async () => {
    while (!output.includes('listening')) {
      if (server.exitCode !== null) throw new Error(`It ended before it listened: ${output}`);
      await sleep(10);
    }
    return `http://127.0.0.1:${/"port":(\d+)/.exec(output)?.[1]}`;
  };
  return { process: server, output: () => output, url };
}

/** Most memory that a process has held, as Linux counts it; 0 elsewhere. */
export function maxResidentBytes(child: ChildProcess): number {
  return statusBytes(child, 'VmHWM');
}

/** Memory that a process holds, likewise. */
export function residentBytes(child: ChildProcess): number {
  return statusBytes(child, 'VmRSS');
}

function statusBytes({ pid }: ChildProcess, field: string): number {
  const path = `/proc/${pid}/status`;
  const status = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024;
}
