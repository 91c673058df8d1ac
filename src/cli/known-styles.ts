/** The styles that a command knows: those that ship, and those that were learned by a server with the same settings. */

import { existsSync } from 'node:fs';
import { OPEN_TENANT } from '../access/tenants.ts';
import type { Config } from '../config/config.ts';
import type { StyleMix } from '../network/mix.ts';
import { openStore } from '../services/store.ts';
import { tenantStore } from '../storage/tenant-store.ts';
import { openCatalog } from '../styles/catalog.ts';
import { type LearnedStyles, learnedStyles } from '../styles/learned-styles.ts';
import { type Repertoire, repertoireOf } from '../styles/repertoire.ts';

/** The store is opened only where the mix names a style that does not ship, and where there is one. */
export async function stylesFor(
  mix: StyleMix,
  tenant: string,
  config: Config,
): Promise<Repertoire> {
  const catalog = await openCatalog(config.MODELS_DIR);
  const shipped = new Set(catalog.styles.map(({ id }) => id));
  const isLearned = mix.parts.some(({ style }) => !shipped.has(style));
  const isThere = config.S3_BUCKET !== '' || existsSync(config.DATA_DIR);
  return isLearned && isThere
    ? repertoireOf(catalog, await learnedOf(tenant, config))
    : repertoireOf(catalog);
}

export async function learnedOf(tenant: string, config: Config): Promise<LearnedStyles> {
  const { blobs } = await openStore(config);
  return learnedStyles(tenantStore(blobs, tenant === OPEN_TENANT ? undefined : tenant));
}
