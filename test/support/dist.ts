/** The build's folder. Importing this builds what is missing or stale. */

import { built } from './built.ts';

export const DIST_DIR = await built('dist');
