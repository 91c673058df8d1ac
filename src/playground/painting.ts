/** The painting that belongs to a photograph and settings, kept up to date. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, KeyError } from './api.ts';
import { useKey } from './key.ts';
import { paint } from './paint.ts';
import { type Photo, thumbnailOf } from './photo.ts';
import { keepRecent } from './recent.ts';
import { samplePaintingUrl } from './samples.ts';
import { type Settings, toFragment, toQuery } from './settings.ts';
import { urgently } from './urgency.ts';
import type { WireJob } from './wire.ts';

export interface Painting {
  readonly url: string;
  /** Undefined for one that came with the page. */
  readonly totalMs: number | undefined;
}

export interface PaintingState {
  /** The newest there is, while a newer one is painted too. */
  readonly painting: Painting | undefined;
  readonly busy: boolean;
  /** Where it is painted as a job. */
  readonly job: WireJob | undefined;
  readonly error: string | undefined;
}

export interface PaintingWork extends PaintingState {
  readonly cancel: () => void;
  readonly retry: () => void;
}

/** A slider that is being dragged asks for no painting until it rests for so long. */
const REST_MS = 120;

export function usePainting(photo: Photo, settings: Settings): PaintingWork {
  const [state, setState] = useState<PaintingState>(EMPTY);
  const [attempt, setAttempt] = useState(1);
  const query = toQuery(settings).toString();
  const { key } = useKey();
  const shown = useRef<string>(undefined);
  const work = useRef<AbortController>(undefined);
  useEffect(() => () => revoke(shown.current), []);
  useEffect(() => {
    const readyMade = samplePaintingUrl(photo.sample, settings);
    if (readyMade !== undefined) {
      return setState({ ...EMPTY, painting: { url: readyMade, totalMs: undefined } });
    }
    const changed = new AbortController();
    work.current = changed;
    setState(({ painting }) => ({ ...EMPTY, painting, busy: true }));
    const tell = (job: WireJob) => setState((before) => ({ ...before, job }));
    const paintNow = async () => {
      const { blob, totalMs } = await urgently(() => paint(photo, settings, changed.signal, tell));
      revoke(shown.current);
      shown.current = URL.createObjectURL(blob);
      setState({ ...EMPTY, painting: { url: shown.current, totalMs } });
      if (photo.sample === undefined) await keep(photo, settings, blob);
    };
    const fail = (reason: unknown) => {
      if (changed.signal.aborted) return;
      setState(({ painting }) => ({ ...EMPTY, painting, error: told(reason) }));
    };
    const timer = setTimeout(() => paintNow().catch(fail), REST_MS);
    return () => {
      clearTimeout(timer);
      changed.abort();
    };
  }, [photo, query, key, attempt]);

  const cancel = () => {
    work.current?.abort();
    setState(({ painting }) => ({ ...EMPTY, painting, error: CANCELED }));
  };
  return { ...state, cancel, retry: () => setAttempt(attempt + 1) };
}

const CANCELED = 'You have canceled it. Paint it again, or choose a smaller size.';

/** Browsers may refuse to keep anything; then there is nothing to come back to. */
async function keep(photo: Photo, settings: Settings, painting: Blob): Promise<void> {
  const { name, working } = photo;
  const fragment = toFragment(settings);
  await thumbnailOf(painting)
    .then((thumbnail) => keepRecent({ name, fragment, photo: working, thumbnail }))
    .catch(() => {});
}

/** Undefined where the visitor is told in another place. */
function told(reason: unknown): string | undefined {
  if (reason instanceof KeyError) return undefined;
  return reason instanceof ApiError ? reason.message : `${reason}. Try again.`;
}

function revoke(url: string | undefined): void {
  if (url) URL.revokeObjectURL(url);
}

const EMPTY: PaintingState = { painting: undefined, busy: false, job: undefined, error: undefined };
