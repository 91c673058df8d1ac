/** `impasto styles`: what there is to paint with. */

import type { Config } from '../config/config.ts';
import { openCatalog } from '../styles/catalog.ts';

export async function listStyles(config: Config, json: boolean): Promise<void> {
  const { styles } = await openCatalog(config.MODELS_DIR);
  if (json) {
    console.log(JSON.stringify(styles, null, 2));
    return;
  }
  const width = Math.max(...styles.map(({ id }) => id.length));
  for (const { id, title, artist, year } of styles) {
    console.log(`${id.padEnd(width)}  ${title}, ${artist}, ${year}`);
  }
}
