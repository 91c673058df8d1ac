/** The painting that belongs to a photograph and settings, kept up to date. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, KeyError, stylize } from './api.ts';
import { useKey } from './key.ts';
import { fileFor, type Photo } from './photo.ts';
import { samplePaintingUrl } from './samples.ts';
import { type Settings, toQuery } from './settings.ts';
import { urgently } from './urgency.ts';

export interface Painting {
  readonly url: string;
  /** Undefined for one that came with the page. */
  readonly totalMs: number | undefined;
}

export interface PaintingState {
  /** The newest there is, while a newer one is painted too. */
  readonly painting: Painting | undefined;
  readonly busy: boolean;
  readonly error: string | undefined;
}

/** A slider that is being dragged asks for no painting until it rests for so long. */
const REST_MS = 120;

export function usePainting(photo: Photo | undefined, settings: Settings): PaintingState {
  const [state, setState] = useState<PaintingState>(EMPTY);
  const query = toQuery(settings).toString();
  const { key } = useKey();
  const shown = useRef<string>(undefined);
  useEffect(() => () => revoke(shown.current), []);
  useEffect(() => {
    if (photo === undefined) return;
    const readyMade = samplePaintingUrl(photo.sample, settings);
    if (readyMade !== undefined) {
      const painting = { url: readyMade, totalMs: undefined };
      return setState({ painting, busy: false, error: undefined });
    }
    const changed = new AbortController();
    setState((before) => ({ ...before, busy: true, error: undefined }));
    const paint = async () => {
      const file = fileFor(photo, settings.maxSize);
      const { blob, totalMs } = await urgently(() =>
        stylize(file, new URLSearchParams(query), changed.signal),
      );
      revoke(shown.current);
      shown.current = URL.createObjectURL(blob);
      const painting = { url: shown.current, totalMs };
      setState({ painting, busy: false, error: undefined });
    };
    const fail = (reason: unknown) => {
      if (changed.signal.aborted) return;
      setState((before) => ({ ...before, busy: false, error: told(reason) }));
    };
    const timer = setTimeout(() => paint().catch(fail), REST_MS);
    return () => {
      clearTimeout(timer);
      changed.abort();
    };
  }, [photo, query, key]);
  return state;
}

/** Undefined where the visitor is told in another place. */
function told(reason: unknown): string | undefined {
  if (reason instanceof KeyError) return undefined;
  return reason instanceof ApiError ? reason.message : String(reason);
}

function revoke(url: string | undefined): void {
  if (url) URL.revokeObjectURL(url);
}

const EMPTY: PaintingState = { painting: undefined, busy: false, error: undefined };
