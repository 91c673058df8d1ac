/** A video and what becomes of it: how far it is, its first painted frame, and the painted one to play. */

import { useRef, useState } from 'preact/hooks';
import { titleOf } from '../catalog.ts';
import { useObjectUrl } from '../object-url.ts';
import { progressText, shareDone, useTold } from '../progress.ts';
import { mixText, type Settings, toQuery } from '../settings.ts';
import { useVideo } from '../video.ts';
import type { WireStyle } from '../wire.ts';
import { Icon } from './icon.tsx';

interface VideoProps {
  readonly file: File;
  readonly settings: Settings;
  readonly styles: readonly WireStyle[];
  readonly onClose: () => void;
}

export function Video({ file, settings, styles, onClose }: VideoProps) {
  // What is under way is not thrown away by the next style that is looked at.
  const [asked, setAsked] = useState(settings);
  const work = useVideo(file, toQuery(asked).toString());
  const { job, busy, error } = work;
  const progress = useTold(job ? progressText(job) : 'Sending the video…');
  const original = useObjectUrl(file);
  const preview = useFirst(job?.preview ?? undefined, job?.id);
  const painted = busy ? undefined : job?.output?.url;
  const isOther = toQuery(settings).toString() !== toQuery(asked).toString();

  return (
    <div class="film">
      <div class="wall">
        {painted ? (
          // biome-ignore lint/a11y/useMediaCaption: subtitles are in the file, where it had any
          <video
            src={painted}
            crossOrigin="anonymous"
            controls
            loop
            playsInline
            aria-label="The painted video"
          />
        ) : preview ? (
          <img src={preview} crossOrigin="anonymous" alt="The first painted frame" />
        ) : (
          <video src={original} muted playsInline preload="auto" aria-label="The video" />
        )}
      </div>
      <div class="plate">
        <div class="work">
          <p class="title">{titleOf(asked, styles)}</p>
          <p class="by">{file.name}</p>
          <p role="status" class="status">
            {busy ? progress : painted ? 'Painted' : ''}
          </p>
        </div>
        {busy && job && (
          <progress value={shareDone(job)} max={1} aria-label="How much of the video is painted" />
        )}
        {error && <p role="alert">{error}</p>}
        <div class="actions">
          {busy && (
            <button type="button" onClick={work.cancel}>
              Cancel
            </button>
          )}
          {error && (
            <button type="button" onClick={work.retry}>
              Try again
            </button>
          )}
          {isOther && !busy && (
            <button type="button" class="primary" onClick={() => setAsked(settings)}>
              Paint it as {titleOf(settings, styles)}
            </button>
          )}
          {painted && (
            <a class="button" href={painted} download={videoName(file.name, asked)}>
              <Icon name="download" />
              <span>
                Download<span class="hidden"> the painted video</span>
              </span>
            </a>
          )}
          {!busy && (
            <button type="button" onClick={onClose}>
              Close
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

/** The first value for a key: addresses of the same picture are signed anew, and it is fetched once. */
function useFirst(value: string | undefined, key: string | undefined): string | undefined {
  const kept = useRef<{ key: string | undefined; value: string | undefined }>({
    key,
    value: undefined,
  });
  if (kept.current.key !== key) kept.current = { key, value: undefined };
  kept.current.value ??= value;
  return kept.current.value;
}

function videoName(name: string, { mix }: Settings): string {
  return `${name.replace(/\.[^.]*$/, '') || 'video'}-${mixText(mix).replaceAll(/[:,]/g, '-')}.mp4`;
}
