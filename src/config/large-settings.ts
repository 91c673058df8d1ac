/** Settings of pictures that are painted in strips. */

import { z } from 'zod';
import { whole } from './kinds.ts';

export const LARGE_SETTINGS = {
  STRIP_MEMORY_BYTES: whole(0)
    .default(288 * 2 ** 20)
    .describe(
      'Memory for what is kept of a picture that is painted in strips, enough for some 24 megapixels; what is beyond it goes to `SCRATCH_DIR`.',
    ),
  SCRATCH_DIR: z
    .string()
    .default('')
    .describe(
      "Folder for what larger pictures need on disk, some 45 bytes per pixel; the system's for temporary files where empty.",
    ),
};
