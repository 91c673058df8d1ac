/** What the process is given in which a style is learned. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runTraining } from '../../src/training/process/runner.ts';
import { temporary } from '../support/temporary.ts';

test('it may compute with so many threads, and no more', async () => {
  const script = join(temporary(), 'pupil.mjs');
  writeFileSync(
    script,
    `process.once('message', () => {
      const { TF_NUM_INTRAOP_THREADS: within, TF_NUM_INTEROP_THREADS: between } = process.env;
      process.send({ kind: 'failed', detail: within + ' ' + between }, () => process.exit());
    });`,
  );
  const { signal } = new AbortController();
  const run = runTraining({ script, threads: 3 }, { kind: 'check' }, signal, () => {});
  await expect(run).rejects.toThrow(/^3 1$/);
});
