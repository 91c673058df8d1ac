/** TypeScript's compiler, as the programs of others run it. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const COMPILER = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** What the compiler complains of in a file of this folder and in what it imports. */
export function compile(folder: string, file: string): Promise<string> {
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--types', 'node'];
  const target = ['--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom,dom.iterable'];
  const run = promisify(execFile)(process.execPath, [COMPILER, ...options, ...target, file], {
    cwd: folder,
  });
  return run.then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}
