/** The package: `import { createImpasto } from 'impasto'`. */

import { fileURLToPath } from 'node:url';
import { openImpasto } from './library/impasto.ts';
import type { Impasto, ImpastoSettings } from './library/public.ts';

export type {
  FieldProblem,
  Impasto,
  ImpastoSettings,
  Painting,
  Problem,
  Style,
  StylizeOptions,
} from './library/public.ts';
export { ImpastoError } from './library/public.ts';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Makes what paints in this process, on threads of its own; one is enough. A style is loaded when it first paints.
 * Close it, or the process does not end. Rejects with an `ImpastoError` where a setting is not as expected or a part is
 * missing.
 */
export function createImpasto(settings: ImpastoSettings = {}): Promise<Impasto> {
  return openImpasto(settings, { modelsDir: folder('../models'), distDir: folder('../dist') });
}
