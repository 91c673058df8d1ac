/** A photograph and its painting, and what belongs to them. */

import { usePainting } from '../painting.ts';
import type { Photo } from '../photo.ts';
import type { Settings } from '../settings.ts';
import type { WireStyle } from '../wire.ts';
import { Comparison } from './comparison.tsx';
import { Plate } from './plate.tsx';

interface EaselProps {
  readonly photo: Photo;
  readonly settings: Settings;
  readonly styles: readonly WireStyle[];
}

export function Easel({ photo, settings, styles }: EaselProps) {
  const state = usePainting(photo, settings);
  return (
    <>
      <div class="wall" style={{ '--ratio': photo.width / photo.height }}>
        <Comparison photo={photo} painting={state.painting} busy={state.busy} />
      </div>
      <Plate state={state} photo={photo} settings={settings} styles={styles} />
    </>
  );
}
