/** Memory of a process and of those that it has started. */

import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const SAMPLE_EVERY_MS = 20;

/** Watches from now on; what it returns ends that, and tells the most bytes that were resident at one time. */
export function mostResident({ pid = 0 }: ChildProcess): () => number {
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, SAMPLE_EVERY_MS);
  return () => {
    clearInterval(watch);
    return most;
  };
}

/** Of a process and its children, as Linux counts it now; 0 elsewhere. */
function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + residentBytes(Number(child)), own);
  } catch {
    return 0;
  }
}
