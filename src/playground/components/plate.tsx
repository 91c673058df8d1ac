/** The plate under the picture: whose painting it is painted after, how it went, and what can be taken away. */

import { useState } from 'preact/hooks';
import { type Styles, titleOf } from '../catalog.ts';
import { useCopy } from '../copy.ts';
import { fileName } from '../downloading.ts';
import type { Painting, PaintingWork } from '../painting.ts';
import type { Photo } from '../photo.ts';
import { progressText, useTold } from '../progress.ts';
import type { Settings } from '../settings.ts';
import { canShare, share } from '../sharing.ts';
import type { StoredPainting } from '../storing.ts';
import type { WireStyle } from '../wire.ts';
import { DownloadDialog } from './download-dialog.tsx';
import { Icon } from './icon.tsx';
import { ShareDialog } from './share-dialog.tsx';

interface PlateProps {
  readonly work: PaintingWork;
  readonly photo: Photo;
  readonly settings: Settings;
  readonly styles: Styles;
}

export function Plate({ work, photo, settings, styles }: PlateProps) {
  const { painting, busy, job, error } = work;
  const progress = useTold(progressText(job));
  const { outcome, copy } = useCopy();
  const [isDownloading, setDownloading] = useState(false);
  const [isSharing, setSharing] = useState(false);
  const stored = useStored(painting);
  // Of a sample, a link to the settings is one to the painting.
  const isSharable = styles.linkSeconds !== undefined && photo.sample === undefined;
  const handOn = () => {
    // What the device refuses is at least a link.
    if (painting) {
      share(painting, fileName(photo.name, settings, 'jpeg')).catch(() => copy(location.href));
    }
  };
  return (
    <div class="plate">
      <div class="work">
        <p class="title">{titleOf(settings, styles.all)}</p>
        <p class="by">{artistsOf(settings, styles.all)}</p>
        <p role="status" class="status">
          {busy ? progress : painting && !error ? timing(painting) : ''}
        </p>
      </div>
      {busy && job && (
        <button type="button" class="small" onClick={work.cancel}>
          Cancel
        </button>
      )}
      {error && (
        <div role="alert" class="problem">
          <p>{error}</p>
          <button type="button" class="small" onClick={work.retry}>
            Try again
          </button>
        </div>
      )}
      {/* There before the painting is, so that nothing moves when it comes. */}
      <div class="actions">
        <button type="button" disabled={!painting} onClick={() => setDownloading(true)}>
          <Icon name="download" />
          <span>
            Download<span class="hidden"> the painting</span>
          </span>
        </button>
        {isSharable || canShare() ? (
          <button
            type="button"
            disabled={!painting}
            onClick={isSharable ? () => setSharing(true) : handOn}
          >
            <Icon name="share" />
            <span>
              Share<span class="hidden"> the painting</span>
            </span>
          </button>
        ) : (
          <button
            type="button"
            aria-live="polite"
            disabled={!painting}
            onClick={() => copy(location.href)}
          >
            <Icon name="link" />
            <span class={outcome ? 'outcome' : ''}>
              {outcome ?? (
                <>
                  Copy link<span class="hidden"> to these settings</span>
                </>
              )}
            </span>
          </button>
        )}
      </div>
      {isDownloading && (
        <DownloadDialog photo={photo} settings={settings} onClose={() => setDownloading(false)} />
      )}
      {isSharing && painting && styles.linkSeconds !== undefined && (
        <ShareDialog
          painting={painting}
          photo={photo}
          settings={settings}
          linkSeconds={styles.linkSeconds}
          stored={stored.now}
          onStored={stored.change}
          onClose={() => setSharing(false)}
        />
      )}
    </div>
  );
}

/** What has been stored is so until another painting is shown. */
function useStored(painting: Painting | undefined) {
  const [kept, setKept] = useState<{ of: Painting | undefined; as: StoredPainting | undefined }>();
  return {
    now: kept?.of === painting ? kept?.as : undefined,
    change: (as: StoredPainting | undefined) => setKept({ of: painting, as }),
  };
}

function artistsOf({ mix }: Settings, styles: readonly WireStyle[]): string {
  const parts = mix.flatMap(({ style }) => styles.filter(({ id }) => id === style));
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only) return `${only.artist}, ${only.year}`;
  return [...new Set(parts.map(({ artist }) => artist))].join(', ');
}

function timing({ totalMs }: NonNullable<PaintingWork['painting']>): string {
  if (totalMs === undefined) return 'Drag across to see the photograph';
  const seconds = Math.max(0.1, totalMs / 1000);
  return `Painted in ${seconds.toFixed(1)} seconds`;
}
