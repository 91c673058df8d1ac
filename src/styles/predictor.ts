/** What tells styles from pictures at once, as it lies beside the styles that ship. */

import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../errors.ts';
import { readPredictor } from '../formats/predictor-file.ts';
import { sha256Hex } from '../host/digest.ts';
import type { PredictorParts } from '../network/style-predictor.ts';
import { CatalogError } from './style-files.ts';

export const PREDICTOR_FILE = 'predictor.safetensors';

export interface StoredPredictor {
  readonly parts: PredictorParts;
  /** SHA-256 of the file, in hex: another predictor tells other styles. */
  readonly digest: string;
}

export async function hasPredictor(modelsDir: string): Promise<boolean> {
  return access(join(modelsDir, PREDICTOR_FILE)).then(
    () => true,
    () => false,
  );
}

/** Undefined where there is none. Throws a {@link CatalogError} where it is damaged. */
export async function openPredictor(modelsDir: string): Promise<StoredPredictor | undefined> {
  const path = join(modelsDir, PREDICTOR_FILE);
  try {
    const file = await readFile(path);
    return { parts: readPredictor(file), digest: sha256Hex(file) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CatalogError(`Expected a predictor of styles at ${path}: ${reasonOf(cause)}`, {
      cause,
    });
  }
}
