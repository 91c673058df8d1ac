/** Folders of the repository. */

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const MODELS_DIR = fileURLToPath(new URL('../../models', import.meta.url));

/** Styles that ship. */
export const STYLE_COUNT = readdirSync(MODELS_DIR, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
).length;
