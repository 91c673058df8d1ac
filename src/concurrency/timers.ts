/** The only place where timers are set: every wait is one that timers can count. */

/** Timers count in 31 bits, some 24 days; they fire at once for what is longer. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** A wait as timers can count it. */
export function timerMs(ms: number): number {
  return Math.min(MAX_TIMER_MS, Math.max(0, ms));
}

/** Calls back after so long, unless what it returns is called before. */
export function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, timerMs(ms));
  return () => clearTimeout(timer);
}

/** Calls back again and again, until what it returns is called. */
export function every(ms: number, callback: () => void): () => void {
  const timer = setInterval(callback, timerMs(ms));
  return () => clearInterval(timer);
}
