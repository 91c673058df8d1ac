/** What is painted live, recorded as a video. */

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** The first that the browser can write is taken. */
const KINDS = [
  { mediaType: 'video/mp4', extension: 'mp4' },
  { mediaType: 'video/webm', extension: 'webm' },
] as const;

export interface Recording {
  readonly isRunning: boolean;
  /** Begins, or ends and gives the video. Undefined where the browser cannot record. */
  readonly toggle: (() => void) | undefined;
}

export function useRecording(
  canvas: RefObject<HTMLCanvasElement | null>,
  onVideo: (video: Blob, extension: string) => void,
): Recording {
  const [recorder, setRecorder] = useState<MediaRecorder>();
  const give = useRef(onVideo);
  give.current = onVideo;
  useEffect(() => () => recorder && end(recorder), [recorder]);

  const kind =
    'MediaRecorder' in globalThis
      ? KINDS.find(({ mediaType }) => MediaRecorder.isTypeSupported(mediaType))
      : undefined;
  if (kind === undefined) return { isRunning: false, toggle: undefined };

  const begin = () => {
    const stream = canvas.current!.captureStream();
    const started = new MediaRecorder(stream, { mimeType: kind.mediaType });
    const parts: Blob[] = [];
    started.ondataavailable = ({ data }) => parts.push(data);
    started.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      const film = new Blob(parts, { type: kind.mediaType });
      // Who has pressed twice at once has recorded nothing.
      if (film.size > 0) give.current(film, kind.extension);
    };
    started.start();
    setRecorder(started);
  };
  return {
    isRunning: recorder !== undefined,
    toggle: () => (recorder ? setRecorder(undefined) : begin()),
  };
}

function end(recorder: MediaRecorder): void {
  if (recorder.state !== 'inactive') recorder.stop();
}
