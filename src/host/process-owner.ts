/** Whose a temporary file is: its name says which process made it, and so whether that still lives. */

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Host, process id, and what tells the process from an earlier one of the same id. */
const OWNER = /^([\w-]+)\.(\d+)\.(\d+)$/;

/** Letters, digits, `-`, `_` and `.`, for names of files. */
export const THIS_PROCESS = `${thisHost()}.${process.pid}.${startOf(process.pid) ?? 0}`;

/**
 * Whether the process of that name is known to have ended. One on another host is not: hosts that
 * share a folder need names of their own.
 */
export function hasEnded(owner: string): boolean {
  const [, host, pid, start] = OWNER.exec(owner) ?? [];
  if (host !== thisHost() || pid === undefined) return false;
  return !isAlive(Number(pid)) || String(startOf(Number(pid)) ?? 0) !== start;
}

function thisHost(): string {
  return hostname().replaceAll(/[^\w-]/g, '-');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives as well.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks from boot to the start of the process, where Linux tells (proc(5), field 22). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name, in parentheses, which may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
