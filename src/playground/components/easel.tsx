/** A photograph and its painting, and what belongs to them. */

import type { Styles } from '../catalog.ts';
import { usePainting } from '../painting.ts';
import type { Photo } from '../photo.ts';
import type { Settings } from '../settings.ts';
import { Comparison } from './comparison.tsx';
import { Plate } from './plate.tsx';

interface EaselProps {
  readonly photo: Photo;
  readonly settings: Settings;
  readonly styles: Styles;
}

export function Easel({ photo, settings, styles }: EaselProps) {
  const work = usePainting(photo, settings);
  return (
    <>
      <div class="wall" style={{ '--ratio': photo.width / photo.height }}>
        <Comparison photo={photo} painting={work.painting} busy={work.busy} />
      </div>
      <Plate work={work} photo={photo} settings={settings} styles={styles} />
    </>
  );
}
