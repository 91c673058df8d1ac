/** What a painting is to be taken away as. */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { download, FORMAT_TITLES, OUTPUT_FORMATS, type OutputFormat } from '../downloading.ts';
import { type Photo, sizeWithin } from '../photo.ts';
import { progressText, useTold } from '../progress.ts';
import type { Settings } from '../settings.ts';
import type { WireJob } from '../wire.ts';
import { Slider } from './slider.tsx';

interface DownloadDialogProps {
  readonly photo: Photo;
  readonly settings: Settings;
  readonly onClose: () => void;
}

/** Long edges in pixels. */
const SIZES = [1280, 2048, 4096];

/** Of most formats where nobody says anything. */
const USUAL_QUALITY = 85;

export function DownloadDialog({ photo, settings, onClose }: DownloadDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const ids = [useId(), useId(), useId()];
  const [format, setFormat] = useState<OutputFormat>('jpeg');
  const [maxSize, setMaxSize] = useState(
    sizesOf(photo, settings.maxSize).find((side) => side === settings.maxSize),
  );
  const [quality, setQuality] = useState<number>();
  const [work, setWork] = useState<AbortController>();
  const [job, setJob] = useState<WireJob>();
  const progress = useTold(progressText(job));
  const [problem, setProblem] = useState<string>();
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => () => work?.abort(), [work]);

  const start = () => {
    const controller = new AbortController();
    setWork(controller);
    setProblem(undefined);
    setJob(undefined);
    download(photo, settings, { format, maxSize, quality }, controller.signal, setJob).then(
      () => dialog.current?.close(),
      (error: Error) => {
        setWork(undefined);
        if (!controller.signal.aborted) setProblem(error.message);
      },
    );
  };

  return (
    <dialog ref={dialog} class="download" aria-labelledby={ids[0]} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <h2 id={ids[0]}>Download the painting</h2>
        <label for={ids[1]}>
          Format
          <select
            id={ids[1]}
            value={format}
            onChange={({ currentTarget: { value } }) => setFormat(value as OutputFormat)}
          >
            {OUTPUT_FORMATS.map((name) => (
              <option key={name} value={name}>
                {FORMAT_TITLES[name]}
              </option>
            ))}
          </select>
        </label>
        <label for={ids[2]}>
          Size
          <select
            id={ids[2]}
            value={String(maxSize ?? '')}
            onChange={({ currentTarget: { value } }) =>
              setMaxSize(value === '' ? undefined : Number(value))
            }
          >
            {sizesOf(photo, settings.maxSize).map((side) => (
              <option key={side} value={side ?? ''}>
                {sizeWithin(photo, side).join(' × ')}
              </option>
            ))}
          </select>
        </label>
        {format !== 'png' && (
          <Slider
            label="Quality"
            minimum={30}
            maximum={100}
            step={1}
            value={quality ?? USUAL_QUALITY}
            shown={quality === undefined ? 'usual' : String(quality)}
            onChange={setQuality}
          />
        )}
        <p role="status" class="status">
          {work ? progress : ''}
        </p>
        {problem && <p role="alert">{problem}</p>}
        <div class="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={work !== undefined}>
            Save
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Those that are smaller than the photograph, and its own. */
function sizesOf(photo: Photo, chosen: number | undefined): (number | undefined)[] {
  const own = Math.max(photo.width, photo.height);
  const all = new Set([...SIZES, ...(chosen === undefined ? [] : [chosen])]);
  const smaller = [...all].filter((side) => side < own).sort((a, b) => a - b);
  return [...smaller, undefined];
}
