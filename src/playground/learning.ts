/** A style that is being learned from a picture of the visitor's: sent, followed, and there in the end. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, followed, KeyError, submitPainting } from './api.ts';
import type { WireJob, WireStyle } from './wire.ts';

export interface Learning {
  /** Undefined until the server has the picture. */
  readonly job: WireJob | undefined;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly begin: (painting: Blob, wish: StyleWish) => void;
  readonly cancel: () => void;
}

export interface StyleWish {
  readonly id: string;
  readonly title: string;
  readonly rights: string;
}

type State = Pick<Learning, 'job' | 'busy' | 'error'>;

const IDLE: State = { job: undefined, busy: false, error: undefined };

/** As long as the server takes; longer ones are cut. */
const MAX_ID_CHARACTERS = 64;

export function useLearning(onLearned: (id: string) => void): Learning {
  const [state, setState] = useState(IDLE);
  const work = useRef<AbortController>(undefined);
  // What the page is when it is learned, not what it was when it was asked for.
  const latest = useRef(onLearned);
  latest.current = onLearned;

  const learn = async (painting: Blob, wish: StyleWish, signal: AbortSignal): Promise<void> => {
    const path = await submitPainting(painting, new URLSearchParams({ ...wish }), signal);
    await followed(path, signal, (job) => setState({ ...IDLE, busy: true, job }));
    setState(IDLE);
    latest.current(wish.id);
  };
  const begin = (painting: Blob, wish: StyleWish) => {
    work.current = new AbortController();
    const { signal } = work.current;
    setState({ ...IDLE, busy: true });
    learn(painting, wish, signal).catch((error: unknown) => {
      if (!signal.aborted) setState({ ...IDLE, error: told(error) });
    });
  };
  const cancel = () => {
    work.current?.abort();
    setState({ ...IDLE, error: 'You have canceled it.' });
  };
  return { ...state, begin, cancel };
}

/** The newest address of a picture that changes: not for each signature of it, but as often as there is another one. */
export function useNow(value: string | undefined, everyMs: number): string | undefined {
  const [shown, setShown] = useState(value);
  const isThere = value !== undefined;
  const latest = useRef(value);
  latest.current = value;
  useEffect(() => {
    setShown(latest.current);
    if (!isThere) return;
    const timer = setInterval(() => setShown(latest.current), everyMs);
    return () => clearInterval(timer);
  }, [isThere]);
  return shown;
}

/** An id for a style of that title, which none of these has. */
export function freeId(title: string, styles: readonly WireStyle[]): string {
  const plain = title.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? ['mine'];
  const id = words
    .join('-')
    .slice(0, MAX_ID_CHARACTERS - 4)
    .replace(/-$/, '');
  const isTaken = (candidate: string) => styles.some((style) => style.id === candidate);
  if (!isTaken(id)) return id;
  let number = 2;
  while (isTaken(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}

/** Undefined where the visitor is told in another place. */
function told(error: unknown): string | undefined {
  if (error instanceof KeyError) return undefined;
  return error instanceof ApiError ? error.message : `${error}. Try again.`;
}
