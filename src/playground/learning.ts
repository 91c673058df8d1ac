/** A style that is made of a picture of the visitor's: sent, followed where it is trained, and there in the end. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, followed, KeyError, submitPainting, submitRefinement } from './api.ts';
import type { WireJob, WireStyle } from './wire.ts';

export interface Learning {
  /** Undefined until the server has the picture. */
  readonly job: WireJob | undefined;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly begin: (painting: Blob, wish: StyleWish) => void;
  /** Trains a style that was told at once. */
  readonly refine: (id: string) => void;
  readonly cancel: () => void;
}

export interface StyleWish {
  readonly id: string;
  readonly title: string;
  readonly rights: string;
}

/** Gives the path of the job, where there is one. */
type Submission = (signal: AbortSignal) => Promise<string | undefined>;

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

  const learn = async (id: string, submitted: Submission, signal: AbortSignal): Promise<void> => {
    const path = await submitted(signal);
    if (path) await followed(path, signal, (job) => setState({ ...IDLE, busy: true, job }));
    setState(IDLE);
    latest.current(id);
  };
  const start = (id: string, submitted: Submission) => {
    work.current = new AbortController();
    const { signal } = work.current;
    setState({ ...IDLE, busy: true });
    learn(id, submitted, signal).catch((error: unknown) => {
      if (!signal.aborted) setState({ ...IDLE, error: told(error) });
    });
  };
  const begin = (painting: Blob, wish: StyleWish) =>
    start(wish.id, (signal) => submitPainting(painting, new URLSearchParams({ ...wish }), signal));
  const refine = (id: string) => start(id, (signal) => submitRefinement(id, signal));
  const cancel = () => {
    work.current?.abort();
    setState({ ...IDLE, error: 'You have canceled it.' });
  };
  return { ...state, begin, refine, cancel };
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
