/** Folders for tests. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this process's own. */
export function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'impasto-test-'));
}
