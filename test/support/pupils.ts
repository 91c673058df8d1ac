/** The processes in which styles are learned, as Linux counts them. */

import { readdirSync, readFileSync } from 'node:fs';

/** Ids of those that the process of this id has started. */
export function pupilsOf(parent: number): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    const [, itsParent] = statusOf(pid);
    return isPupil(pid) && Number(itsParent) === parent ? [Number(pid)] : [];
  });
}

/** Whether it runs, and is one. */
export function isPupil(pid: number | string): boolean {
  const [state = 'Z'] = statusOf(pid);
  return state !== 'Z' && textOf(`/proc/${pid}/cmdline`).includes('training-process');
}

/** Its state, the id of its parent and so on; empty where there is no such process. */
function statusOf(pid: number | string): string[] {
  const status = textOf(`/proc/${pid}/stat`);
  return status === '' ? [] : status.replace(/^.*\)/s, '').trim().split(' ');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
