/** Programs of the system that this one may start. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where programs are looked for. */
export function programPath(): string {
  // biome-ignore lint/style/noProcessEnv: the system looks for programs there
  return process.env['PATH'] ?? '';
}

export function isInstalled(program: string): boolean {
  return programPath()
    .split(delimiter)
    .some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
