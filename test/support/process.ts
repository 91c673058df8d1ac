/** The program as an operator runs it: a process, environment variables, signals. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { temporary } from './temporary.ts';

const entry = fileURLToPath(new URL('../../dist/server.js', import.meta.url));

export interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly url: () => Promise<string>;
}

/** Whoever starts a process ends it. */
export function startProcess(environment: Record<string, string>): Started {
  const { PATH = '' } = process.env;
  const server = spawn(process.execPath, [entry], {
    env: { PATH, DATA_DIR: temporary(), ...environment },
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
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return `http://127.0.0.1:${/"port":(\d+)/.exec(output)?.[1]}`;
  };
  return { process: server, output: () => output, url };
}
