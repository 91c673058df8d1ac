/** What this machine (or container) offers. */

import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
}

export function thisMachine(): Machine {
  return { cores: availableCores(), memoryBytes: availableMemoryBytes() };
}

/** Processor cores this process may use: the scheduler's affinity, cut by the cgroup's quota. */
export function availableCores(readFile: (path: string) => string | undefined = read): number {
  const quota = cgroupQuota(readFile) ?? Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(availableParallelism(), Math.floor(quota)));
}

/** Bytes of memory this process may use: the machine's, cut by the cgroup's limit. */
function availableMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Cores' worth of time that cgroup v2 or v1 grants; undefined where there is no limit. */
function cgroupQuota(readFile: (path: string) => string | undefined): number | undefined {
  const [quota, period] =
    readFile('/sys/fs/cgroup/cpu.max')?.trim().split(' ') ??
    ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) => readFile(`/sys/fs/cgroup/cpu/${file}`));
  const cores = Number(quota) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? cores : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
