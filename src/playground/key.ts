/** The visitor's key, where the service asks for one: kept for this tab only, and sent to this service only. */

import { useEffect, useState } from 'preact/hooks';

export interface KeyState {
  readonly key: string | undefined;
  /** Why the visitor is asked for one; undefined where nobody asks. */
  readonly asked: string | undefined;
}

const STORED = 'impasto-key';

let state: KeyState = { key: stored(), asked: undefined };
const watchers = new Set<(state: KeyState) => void>();

/** The header that shows the key; none where there is no key. */
export function keyHeaders(): Record<string, string> {
  return state.key === undefined ? {} : { authorization: `Bearer ${state.key}` };
}

/** Has the visitor asked for a key, or for another one. */
export function askForKey(reason: string): void {
  change({ ...state, asked: reason });
}

export function enterKey(text: string): void {
  const key = text.trim();
  keep(key);
  change({ key, asked: undefined });
}

export function useKey(): KeyState {
  const [seen, setSeen] = useState(state);
  useEffect(() => {
    watchers.add(setSeen);
    return () => void watchers.delete(setSeen);
  }, []);
  return seen;
}

function change(next: KeyState): void {
  state = next;
  for (const tell of watchers) tell(next);
}

/** Browsers may refuse to keep anything; then the key lasts as long as the page. */
function stored(): string | undefined {
  try {
    return sessionStorage.getItem(STORED) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(key: string): void {
  try {
    sessionStorage.setItem(STORED, key);
  } catch {
    // The page goes on with the key that it has in memory.
  }
}
