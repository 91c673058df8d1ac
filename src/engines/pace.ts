/** How long work takes, learned from work that was done. */

export interface Pace {
  observe(size: number, ms: number): void;
  /** Rather too short than too long; undefined while nothing is known. */
  predictMs(size: number): number | undefined;
  /**
   * To be called where work was refused for what was predicted: predictions get shorter, since
   * refused work could never prove them wrong.
   */
  doubt(): void;
}

const MEMORY = 16;
/** Of the remembered paces: a cold start or a busy moment must not look like the rule. */
const QUARTILE = 0.25;
const DOUBT = 0.8;

/** Sizes are in any unit that time grows with, and above zero. */
export function createPace(): Pace {
  let msPerUnit: number[] = [];
  const remember = (pace: number) => {
    msPerUnit = [...msPerUnit.slice(1 - MEMORY), pace];
  };
  const usual = (): number | undefined =>
    msPerUnit.toSorted((a, b) => a - b)[Math.floor(msPerUnit.length * QUARTILE)];
  return {
    observe: (size, ms) => remember(ms / size),
    predictMs(size) {
      const pace = usual();
      return pace === undefined ? undefined : pace * size;
    },
    doubt() {
      const pace = usual();
      if (pace !== undefined) remember(pace * DOUBT);
    },
  };
}
