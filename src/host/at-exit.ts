/** What must not outlive the process: temporary files, other processes. */

const tidyings = new Set<() => void>();

/**
 * Has `tidy` run when the process exits before the returned function was called; the newest one
 * first. A process that is killed runs none: what it leaves is for others to sweep.
 */
export function atExit(tidy: () => void): () => void {
  if (tidyings.size === 0) process.on('exit', tidyAll);
  tidyings.add(tidy);
  return () => {
    tidyings.delete(tidy);
    if (tidyings.size === 0) process.off('exit', tidyAll);
  };
}

function tidyAll(): void {
  for (const tidy of [...tidyings].reverse()) {
    try {
      tidy();
    } catch {
      // The others are to have their turn, and nobody is left to be told.
    }
  }
}
