/** Processor time, which unlike the clock does not count what other programs take. Of Linux; 0 elsewhere. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Of one tick of the kernel's accounting. */
const TICK_MS = 10;

/** Milliseconds that a process and its children, as far as they still run, have computed. */
export function processorMs(pid: number): number {
  return sumOverTree(pid, (process) => {
    const [, rest = ''] = /\) (.*)/s.exec(readFileSync(`/proc/${process}/stat`, 'utf8')) ?? [];
    const fields = rest.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  });
}

/** Resident memory that a process and its children hold. */
export function residentTreeBytes(pid: number): number {
  return sumOverTree(pid, (process) => {
    const status = readFileSync(`/proc/${process}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  });
}

/** Who ends meanwhile counts as nothing. */
function sumOverTree(pid: number, of: (pid: number) => number): number {
  try {
    return childrenOf(pid).reduce((sum, child) => sum + sumOverTree(child, of), of(pid));
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [];
  return readdirSync(tasks).flatMap((task) =>
    readFileSync(`${tasks}/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  );
}
