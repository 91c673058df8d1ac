/** The camera's picture, painted frame by frame in the visitor's own browser. */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { MixPart } from '../../core/mix.ts';
import { useCamera } from '../camera.ts';
import type { Backend, Frame, NetworkSize } from '../live/messages.ts';
import { type Painter, startPainter } from '../live/painter.ts';
import { mixText } from '../settings.ts';

/** Long edges in pixels. */
const SIDES = [192, 256, 384, 512];

const BACKENDS: Readonly<Record<Backend, string>> = { webgpu: 'WebGPU', wasm: 'WebAssembly' };

/** The first frames allocate. */
const WARM_UP_FRAMES = 10;

/** Weight of the latest frame in the average. */
const SMOOTHING = 0.2;

interface Speed {
  readonly framesPerSecond: number;
  readonly networkMs: number;
}

/** Slower networks than this are exchanged for lighter ones, unless the visitor has chosen. */
const SLOW_MS = 60;

interface LiveProps {
  readonly mix: readonly MixPart[];
  readonly hasLight: boolean;
}

export function Live({ mix, hasLight }: LiveProps) {
  const [video, canvas] = [useRef<HTMLVideoElement>(null), useRef<HTMLCanvasElement>(null)];
  const [side, setSide] = useState(256);
  const [chosen, setChosen] = useState<NetworkSize>();
  const [slow, setSlow] = useState(false);
  const size = hasLight ? (chosen ?? (slow ? 'light' : 'full')) : 'full';
  const [backend, setBackend] = useState<Backend>();
  const [speed, setSpeed] = useState<Speed>();
  const [problem, setProblem] = useState<string>();
  const painter = usePainter();
  const isOpen = useCamera(video, setProblem);
  const longEdge = useRef(side);
  longEdge.current = side;

  useEffect(() => {
    if (!isOpen) return;
    let running = true;
    const paintFrames = async () => {
      setBackend(await painter.current!.load(mix, size));
      let last = performance.now();
      let average: Speed | undefined;
      for (let frames = 0; running; frames += 1) {
        const frame = capture(video.current!, longEdge.current);
        const { frame: painting, ms } = await painter.current!.paint(frame);
        if (!running) return;
        show(canvas.current!, painting);
        const now = performance.now();
        const framesPerSecond = 1000 / (now - last);
        last = now;
        average = averaged(average, framesPerSecond, ms);
        setSpeed(average);
        if (frames > WARM_UP_FRAMES && average.networkMs > SLOW_MS) setSlow(true);
      }
    };
    setProblem(undefined);
    setSpeed(undefined);
    paintFrames().catch((error: Error) => running && setProblem(error.message));
    return () => {
      running = false;
    };
  }, [isOpen, mixText(mix), size]);

  const ids = [useId(), useId()];
  return (
    <div class="live">
      <video ref={video} muted playsInline class="hidden" tabIndex={-1} />
      <canvas ref={canvas} role="img" aria-label="What the camera sees, painted" />
      {problem && <p role="alert">{problem}</p>}
      <p class="status" aria-live="off" data-frames-per-second={speed?.framesPerSecond}>
        {speed && backend
          ? `${speed.framesPerSecond.toFixed(1)} frames a second by ${BACKENDS[backend]}; the network takes ${Math.round(speed.networkMs)} ms.`
          : 'The network is on its way to your browser…'}
      </p>
      <div class="choices">
        <label for={ids[0]}>
          Frame size
          <select
            id={ids[0]}
            value={side}
            onChange={({ currentTarget: { value } }) => {
              setSide(Number(value));
              setSlow(false);
            }}
          >
            {SIDES.map((option) => (
              <option key={option} value={option}>
                {option} pixels
              </option>
            ))}
          </select>
        </label>
        <label for={ids[1]}>
          Network
          <select
            id={ids[1]}
            value={chosen ?? ''}
            disabled={!hasLight}
            onChange={({ currentTarget: { value } }) =>
              setChosen(value === '' ? undefined : (value as NetworkSize))
            }
          >
            <option value="">{size}, chosen for this machine</option>
            <option value="full">full</option>
            <option value="light">light</option>
          </select>
        </label>
      </div>
    </div>
  );
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
  if (before === undefined) return { framesPerSecond, networkMs };
  const blend = (old: number, fresh: number) => old + SMOOTHING * (fresh - old);
  return {
    framesPerSecond: blend(before.framesPerSecond, framesPerSecond),
    networkMs: blend(before.networkMs, networkMs),
  };
}

const scratch = document.createElement('canvas');

function capture(video: HTMLVideoElement, side: number): Frame {
  const factor = side / Math.max(video.videoWidth, video.videoHeight);
  scratch.width = Math.max(1, Math.round(video.videoWidth * factor));
  scratch.height = Math.max(1, Math.round(video.videoHeight * factor));
  const context = scratch.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(video, 0, 0, scratch.width, scratch.height);
  const { width, height, data } = context.getImageData(0, 0, scratch.width, scratch.height);
  return { width, height, data: new Uint8ClampedArray(data) };
}

function show(canvas: HTMLCanvasElement, { width, height, data }: Frame): void {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
}
