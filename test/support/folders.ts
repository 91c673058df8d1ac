/** Folders of the repository. */

import { fileURLToPath } from 'node:url';

export const MODELS_DIR = fileURLToPath(new URL('../../models', import.meta.url));
