/** How long work takes, learned from work that was done. */

export interface Pace {
  observe(size: number, ms: number): void;
  /** Rather too short than too long; undefined while nothing is known. */
  predictMs(size: number): number | undefined;
  /**
   * To be called where work was refused because it would take too long by itself: predictions get
   * shorter until the next observation, since refused work could never prove them wrong.
   */
  doubt(): void;
}

const MEMORY = 16;
/** Of the remembered paces: a cold start or a busy moment must not look like the rule. */
const QUARTILE = 0.25;
const DOUBT = 0.8;
const LEAST_HOPE = 0.1;

/** Sizes are in any unit that time grows with, and above zero. */
export function createPace(): Pace {
  let msPerUnit: number[] = [];
  let hope = 1;
  return {
    observe(size, ms) {
      msPerUnit = [...msPerUnit.slice(1 - MEMORY), ms / size];
      hope = 1;
    },
    predictMs(size) {
      const sorted = msPerUnit.toSorted((a, b) => a - b);
      const pace = sorted[Math.floor(sorted.length * QUARTILE)];
      return pace === undefined ? undefined : pace * size * hope;
    },
    doubt() {
      hope = Math.max(LEAST_HOPE, hope * DOUBT);
    },
  };
}
