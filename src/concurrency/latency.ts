/** How long work takes, estimated from work that was done. */

export interface LatencyEstimate {
  observe(size: number, ms: number): void;
  /** Rather too short than too long; undefined until something was observed. */
  predictMs(size: number): number | undefined;
  /**
   * To be called where work was refused because it would take too long by itself: predictions get
   * shorter until the next observation, since refused work could never prove them wrong.
   */
  lower(): void;
}

const REMEMBERED = 16;
/** Of the remembered observations: a cold start or a busy moment must not look like the rule. */
const QUARTILE = 0.25;
const LOWERING = 0.8;
const MIN_FACTOR = 0.1;

/** Sizes are in any unit that time grows with, and above zero. */
export function estimateLatency(): LatencyEstimate {
  let msPerUnit: number[] = [];
  let factor = 1;
  return {
    observe(size, ms) {
      msPerUnit = [...msPerUnit.slice(1 - REMEMBERED), ms / size];
      factor = 1;
    },
    predictMs(size) {
      const sorted = msPerUnit.toSorted((a, b) => a - b);
      const typical = sorted[Math.floor(sorted.length * QUARTILE)];
      return typical === undefined ? undefined : typical * size * factor;
    },
    lower() {
      factor = Math.max(MIN_FACTOR, factor * LOWERING);
    },
  };
}
