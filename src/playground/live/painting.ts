/** Frame after frame of the camera, painted onto a canvas for as long as somebody looks; until there is one, a sample. */

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MixPart } from '../../network/mix.ts';
import { type CameraState, useCamera } from '../camera.ts';
import { FIRST_SAMPLE, sampleUrl } from '../samples.ts';
import { mixText } from '../settings.ts';
import { capture, show } from './frames.ts';
import type { Backend, NetworkSize } from './messages.ts';
import { type Painter, startPainter } from './painter.ts';

export interface Speed {
  readonly framesPerSecond: number;
  readonly networkMs: number;
  /** Frames since the network was loaded. */
  readonly frames: number;
}

export interface LivePainting {
  readonly backend: Backend | undefined;
  readonly speed: Speed | undefined;
  readonly problem: string | undefined;
  readonly camera: CameraState;
  /** Whether the canvas holds a painting. */
  readonly isShown: boolean;
}

/** Weight of the latest frame in the average. */
const SMOOTHING = 0.2;

/** What is painted with. */
export interface LiveNetwork {
  readonly mix: readonly MixPart[];
  readonly size: NetworkSize;
  /** Where what 8 bits need is, of the network of a single style. */
  readonly rangesUrl: string | undefined;
}

/** `side` is the long edge of a frame in pixels. */
export function useLivePainting(
  video: RefObject<HTMLVideoElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  { mix, size, rangesUrl }: LiveNetwork,
  side: number,
): LivePainting {
  const [backend, setBackend] = useState<Backend>();
  const [speed, setSpeed] = useState<Speed>();
  const [problem, setProblem] = useState<string>();
  const painter = usePainter();
  const [cameraProblem, setCameraProblem] = useState<string>();
  const camera = useCamera(video, setCameraProblem);
  const { isOpen } = camera;
  const [isShown, setShown] = useState(false);
  const longEdge = useRef(side);
  longEdge.current = side;

  useEffect(() => {
    let running = true;
    const paintSample = async () => {
      setBackend(await painter.current!.load(mix, size, rangesUrl));
      const sample = await readSampleBitmap();
      if (!running) return;
      const { frame } = await painter.current!.paint(capture(sample, longEdge.current));
      if (!running) return;
      show(canvas.current!, frame);
      setShown(true);
    };
    const paintNext = () => {
      const painted = painter.current!.paint(capture(video.current!, longEdge.current));
      // Whoever waits for it is told; nobody may.
      painted.catch(() => {});
      return painted;
    };
    const paintFrames = async () => {
      setBackend(await painter.current!.load(mix, size, rangesUrl));
      let [last, measured] = [performance.now(), longEdge.current];
      let average: Speed | undefined;
      let next = paintNext();
      while (running) {
        if (measured !== longEdge.current) average = undefined;
        measured = longEdge.current;
        const { frame, ms } = await next;
        if (!running) return;
        // The worker goes on while this one is shown.
        next = paintNext();
        show(canvas.current!, frame);
        setShown(true);
        const now = performance.now();
        average = averaged(average, 1000 / (now - last), ms);
        last = now;
        setSpeed(average);
      }
    };
    setProblem(undefined);
    setSpeed(undefined);
    const paint = isOpen ? paintFrames : paintSample;
    paint().catch((error: Error) => running && setProblem(error.message));
    return () => {
      running = false;
    };
  }, [isOpen, mixText(mix), size, rangesUrl]);

  return { backend, speed, problem: problem ?? cameraProblem, camera, isShown };
}

async function readSampleBitmap(): Promise<ImageBitmap> {
  const answer = await fetch(sampleUrl(FIRST_SAMPLE));
  return createImageBitmap(await answer.blob());
}

function usePainter() {
  const painter = useRef<Painter | undefined>(undefined);
  painter.current ??= startPainter();
  useEffect(
    () => () => {
      painter.current?.stop();
      painter.current = undefined;
    },
    [],
  );
  return painter;
}

function averaged(before: Speed | undefined, framesPerSecond: number, networkMs: number): Speed {
  if (before === undefined) return { framesPerSecond, networkMs, frames: 1 };
  const blend = (old: number, fresh: number) => old + SMOOTHING * (fresh - old);
  return {
    framesPerSecond: blend(before.framesPerSecond, framesPerSecond),
    networkMs: blend(before.networkMs, networkMs),
    frames: before.frames + 1,
  };
}
