/** Tries in processes of their own: what comes of them, whatever becomes of the process. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { probe } from '../../../src/cli/doctor/probe.ts';
import { temporary } from '../../support/temporary.ts';

const request = { kind: 'package', name: 'zeromq' } as const;

async function probed(body: string) {
  const script = join(temporary(), 'probe.mjs');
  await writeFile(script, body);
  return probe(script, request);
}

describe('a probe', () => {
  test('is what the process answers', async () => {
    const reply = await probed(
      "process.once('message', ({ name }) => process.send({ kind: 'unavailable', reason: name }, () => process.exit()));",
    );
    expect(reply).toEqual({ kind: 'unavailable', reason: 'zeromq' });
  });

  test('says with what the process crashed', async () => {
    const reply = await probed(
      "process.once('message', () => process.kill(process.pid, 'SIGSEGV'));",
    );
    expect(reply).toEqual({ kind: 'failed', reason: 'crashed with SIGSEGV' });
  });

  test('says that the process ended before it answered', async () => {
    expect(await probed('process.exit(3);')).toEqual({
      kind: 'failed',
      reason: 'crashed with 3',
    });
  });
});
