/** What a visitor waits for comes before what is merely nice to have. */

let urgent = 0;
let waiting: (() => void)[] = [];

/** Runs what a visitor waits for. */
export async function urgently<T>(work: () => Promise<T>): Promise<T> {
  urgent += 1;
  try {
    return await work();
  } finally {
    urgent -= 1;
    if (urgent === 0) {
      for (const proceed of waiting) proceed();
      waiting = [];
    }
  }
}

/** Resolves when nobody waits for anything. */
export function calm(): Promise<void> {
  if (urgent === 0) return Promise.resolve();
  return new Promise((resolve) => waiting.push(resolve));
}
