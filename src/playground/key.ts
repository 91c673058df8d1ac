/** The visitor's key, where the service asks for one: kept for this tab only, and sent to this service only. */

import { useEffect, useState } from 'preact/hooks';

export interface KeyState {
  readonly key: string | undefined;
  readonly isAsked: boolean;
  /** What is wrong with the key that was shown last; undefined where none was, or it works. */
  readonly problem: string | undefined;
}

const STORED = 'impasto-key';

let state: KeyState = { key: stored(), isAsked: false, problem: undefined };
const watchers = new Set<(state: KeyState) => void>();

/** The header that shows the key; none where there is no key. */
export function keyHeaders(): Record<string, string> {
  return state.key === undefined ? {} : { authorization: `Bearer ${state.key}` };
}

/** Has the visitor asked for a key, or for another one where there is one: `problem` says why. */
export function askForKey(problem: string): void {
  change({ ...state, isAsked: true, problem: state.key === undefined ? undefined : problem });
}

export function enterKey(text: string): void {
  const key = text.trim();
  keep(key);
  change({ key, isAsked: false, problem: undefined });
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
