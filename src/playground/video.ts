/** A video on its way through the server: sent, painted as a job, and fetched. */

import { useEffect, useState } from 'preact/hooks';
import { ApiError, followed, KeyError, submitVideo } from './api.ts';
import { useKey } from './key.ts';
import type { WireJob } from './wire.ts';

export interface VideoWork {
  /** Undefined until the server has the video. */
  readonly job: WireJob | undefined;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly cancel: () => void;
  readonly retry: () => void;
}

type State = Pick<VideoWork, 'job' | 'busy' | 'error'>;

const SENDING: State = { job: undefined, busy: true, error: undefined };

/** Paints it at once, and again for another query. */
export function useVideo(file: Blob, query: string): VideoWork {
  const [state, setState] = useState<State>(SENDING);
  const [attempt, setAttempt] = useState(1);
  const [work, setWork] = useState<AbortController>();
  const { key } = useKey();
  useEffect(() => {
    const changed = new AbortController();
    const { signal } = changed;
    setWork(changed);
    setState(SENDING);
    const paint = async () => {
      const path = await submitVideo(file, new URLSearchParams(query), signal);
      const job = await followed(path, signal, (now) => setState({ ...SENDING, job: now }));
      setState({ job, busy: false, error: undefined });
    };
    paint().catch((error: unknown) => {
      if (!signal.aborted) setState({ job: undefined, busy: false, error: told(error) });
    });
    return () => changed.abort();
  }, [file, query, key, attempt]);

  const cancel = () => {
    work?.abort();
    setState({
      job: undefined,
      busy: false,
      error: 'You have canceled it. Try again, or bring another one.',
    });
  };
  return { ...state, cancel, retry: () => setAttempt(attempt + 1) };
}

/** Undefined where the visitor is told in another place. */
function told(error: unknown): string | undefined {
  if (error instanceof KeyError) return undefined;
  return error instanceof ApiError ? error.message : `${error}. Try again.`;
}
