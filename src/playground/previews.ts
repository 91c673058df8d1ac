/** What every style makes of the visitor's photograph: all of them small at first, then larger. */

import { useEffect, useState } from 'preact/hooks';
import { stylize } from './api.ts';
import { useKey } from './key.ts';
import type { Photo } from './photo.ts';
import { samplePreviewUrl } from './samples.ts';
import { calm } from './urgency.ts';
import type { WireStyle } from './wire.ts';

/** Object URLs by style. */
export type Previews = ReadonlyMap<string, string>;

/** Long edges in pixels, one round of all styles after the other. */
const ROUNDS = [96, 256];
const AT_ONCE = 2;

/** The large painting is asked for first. */
const HEAD_START_MS = 200;

export function usePreviews(photo: Photo, styles: readonly WireStyle[]): Previews {
  const [previews, setPreviews] = useState<Previews>(new Map());
  const { isAsked } = useKey();
  useEffect(() => {
    // Without a key that works, none of them would be painted.
    if (isAsked) return;
    const changed = new AbortController();
    const urls = new Map<string, string>();
    const unknown = styles.filter(({ id }) => samplePreviewUrl(photo.sample, id) === undefined);
    const queue = ROUNDS.flatMap((side) => unknown.map(({ id }) => ({ id, side })));
    const work = async () => {
      for (let next = queue.shift(); next && !changed.signal.aborted; next = queue.shift()) {
        await calm();
        const query = new URLSearchParams({ style: next.id, max_size: String(next.side) });
        // A preview that cannot be made leaves the style's own one; the large painting says why.
        const painted = await stylize(photo.thumbnail, query, changed.signal).catch(
          () => undefined,
        );
        if (painted === undefined || changed.signal.aborted) continue;
        revoke(urls.get(next.id));
        urls.set(next.id, URL.createObjectURL(painted.blob));
        setPreviews(new Map(urls));
      }
    };
    const timer = setTimeout(() => {
      for (let i = 0; i < AT_ONCE; i += 1) work().catch(() => {});
    }, HEAD_START_MS);
    return () => {
      clearTimeout(timer);
      changed.abort();
      for (const url of urls.values()) revoke(url);
      setPreviews(new Map());
    };
  }, [photo, styles, isAsked]);
  return previews;
}

function revoke(url: string | undefined): void {
  if (url) URL.revokeObjectURL(url);
}
