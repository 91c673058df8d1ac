/** Copying to the clipboard. */

import { useState } from 'preact/hooks';

/** For how long a button says how it went. */
const SHOWN_MS = 2500;

export interface Copy {
  /** What happened just now; undefined most of the time. */
  readonly outcome: string | undefined;
  readonly copy: (text: string) => Promise<void>;
}

/** Pages that are neither from https nor from localhost may not write to the clipboard. */
export function useCopy(): Copy {
  const [outcome, setOutcome] = useState<string>();
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('Copied');
    } catch {
      setOutcome('Not allowed here: select and copy it by hand');
    }
    setTimeout(() => setOutcome(undefined), SHOWN_MS);
  };
  return { outcome, copy };
}
