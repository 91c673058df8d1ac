/** The camera's picture, painted frame by frame in the visitor's own browser. */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { MixPart } from '../../network/mix.ts';
import { save, styledName } from '../downloading.ts';
import type { Backend, NetworkSize } from '../live/messages.ts';
import { useLivePainting } from '../live/painting.ts';
import { useRecording } from '../live/recording.ts';
import { FIRST_SAMPLE, sampleUrl } from '../samples.ts';
import type { WireStyle } from '../wire.ts';
import { Icon } from './icon.tsx';

/** Long edges in pixels. */
const SIDES = [192, 256, 384, 512];

const BACKENDS: Readonly<Record<Backend, string>> = { webgpu: 'WebGPU', wasm: 'WebAssembly' };

/** The first frames allocate. */
const WARM_UP_FRAMES = 10;

/** Slower networks than this are exchanged for lighter ones, unless the visitor has chosen. */
const SLOW_MS = 60;

interface LiveProps {
  readonly mix: readonly MixPart[];
  readonly styles: readonly WireStyle[];
}

export function Live({ mix, styles }: LiveProps) {
  const { hasLight, rangesUrl } = networksOf(mix, styles);
  const [video, canvas] = [useRef<HTMLVideoElement>(null), useRef<HTMLCanvasElement>(null)];
  const [side, setSide] = useState(256);
  const [chosen, setChosen] = useState<NetworkSize>();
  const [slow, setSlow] = useState(false);
  const [isInBytes, setInBytes] = useState(false);
  const size = hasLight ? (chosen ?? (slow && !isInBytes ? 'light' : 'full')) : 'full';
  const { backend, speed, problem, camera, isShown } = useLivePainting(
    video,
    canvas,
    { mix, size, rangesUrl: size === 'full' ? rangesUrl : undefined },
    side,
  );
  // In 8 bits, the style's own network is as fast as the lighter one, which is not calibrated for them.
  useEffect(() => setInBytes(backend === 'wasm' && rangesUrl !== undefined), [backend, rangesUrl]);
  useEffect(() => {
    if (speed && speed.frames > WARM_UP_FRAMES && speed.networkMs > SLOW_MS) setSlow(true);
  }, [speed]);

  const recording = useRecording(canvas, (film, extension) =>
    save(film, styledName('live', mix, extension)),
  );
  const takeStill = () =>
    canvas.current?.toBlob((still) => still && save(still, styledName('live', mix, 'png')));

  const ids = [useId(), useId()];
  return (
    <div class="live">
      <video ref={video} muted playsInline class="hidden" tabIndex={-1} />
      <div class="wall">
        <canvas ref={canvas} role="img" aria-label="What the camera sees, painted" />
        {!isShown && <img src={sampleUrl(FIRST_SAMPLE)} alt="" />}
      </div>
      {problem && <p role="alert">{problem}</p>}
      <div class="plate">
        <p class="status" aria-live="off" data-frames-per-second={speed?.framesPerSecond}>
          {speed && backend
            ? `${speed.framesPerSecond.toFixed(1)} frames a second (${BACKENDS[backend]}, ${Math.round(speed.networkMs)} ms)`
            : backend && !camera.isOpen
              ? 'Waiting for the camera…'
              : 'The network is on its way to your browser…'}
        </p>
        <div class="actions">
          {camera.flip && (
            <button type="button" onClick={camera.flip}>
              <Icon name="flip" />
              <span>Other camera</span>
            </button>
          )}
          <button type="button" disabled={!speed} onClick={takeStill}>
            <Icon name="camera" />
            <span>Save a picture</span>
          </button>
          {recording.toggle && (
            <button
              type="button"
              disabled={!speed && !recording.isRunning}
              aria-pressed={recording.isRunning}
              onClick={recording.toggle}
            >
              <Icon name={recording.isRunning ? 'stop' : 'record'} />
              <span>{recording.isRunning ? 'Stop and save' : 'Record'}</span>
            </button>
          )}
        </div>
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
              <option value="">automatic ({size})</option>
              <option value="full">full</option>
              <option value="light">light</option>
            </select>
          </label>
        </div>
      </div>
    </div>
  );
}

/** What there is of the networks of all parts; ranges are of one network. */
function networksOf(mix: readonly MixPart[], styles: readonly WireStyle[]) {
  const parts = mix.map(({ style }) => styles.find(({ id }) => id === style));
  const rangesUrl = parts.length === 1 ? parts[0]?.ranges_url : undefined;
  return { hasLight: parts.every((style) => style?.light !== undefined), rangesUrl };
}
