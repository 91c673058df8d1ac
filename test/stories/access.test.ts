/** A service that others reach: it does not start undecided, and keys open and close it while it runs. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runImpasto } from '../support/cli.ts';
import { startProcess } from '../support/process.ts';
import { temporary } from '../support/temporary.ts';

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

function start(environment: Record<string, string>) {
  const started = startProcess({ PORT: '0', ACCESS_MAX_AGE_SECONDS: '0', ...environment });
  child = started.process;
  return started;
}

async function statusWith(url: string, key?: string): Promise<number> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return (await fetch(`${url}/v1/stylizations`, { headers })).status;
}

describe('on an address that others reach', () => {
  test('nothing is served undecided, and the message says what can be done', async () => {
    const started = start({ HOST: '0.0.0.0' });
    const [code] = await once(started.process, 'close');
    expect([code, started.output()]).toEqual([
      1,
      expect.stringMatching(
        /ACCESS: Expected keys on 0\.0\.0\.0.*impasto keys create.*ACCESS=open/,
      ),
    ]);
    expect(started.output()).not.toMatch(/^\s+at /m);
    expect(started.output()).not.toContain('listening');
  });

  test('ACCESS=open serves everybody', async () => {
    expect(await statusWith(await start({ HOST: '0.0.0.0', ACCESS: 'open' }).url())).toBe(200);
  });

  test('ACCESS=keys serves nobody before there is a key', async () => {
    expect(await statusWith(await start({ HOST: '0.0.0.0', ACCESS: 'keys' }).url())).toBe(401);
  });

  test('records that cannot be read stop the start', async () => {
    const started = start({ ACCESS_KEYS: '{"keys":[{}]}' });
    const [code] = await once(started.process, 'close');
    expect([code, started.output()]).toEqual([
      1,
      expect.stringContaining('ACCESS_KEYS: /keys/0/id'),
    ]);
  });
});

describe('impasto keys', () => {
  test('a running service is open until there is a key, and follows what becomes of keys', async () => {
    const DATA_DIR = temporary();
    const impasto = async (...words: string[]) => {
      const { code, stdout, stderr } = await runImpasto(['keys', ...words], DATA_DIR, { DATA_DIR });
      expect([words, code, stderr.includes('    at ')]).toEqual([words, 0, false]);
      return stdout.trim();
    };
    const url = await start({ DATA_DIR }).url();
    expect(await statusWith(url)).toBe(200);

    const key = await impasto('create', '--name', 'a shop', '--tenant', 'shop');
    const [, id = ''] = key.split('_');
    expect([await statusWith(url), await statusWith(url, key)]).toEqual([401, 200]);

    const next = await impasto('rotate', id);
    expect([await statusWith(url, key), await statusWith(url, next)]).toEqual([200, 200]);
    const last = await impasto('rotate', id, '--at-once');
    const statuses = await Promise.all([key, next, last].map((shown) => statusWith(url, shown)));
    expect(statuses).toEqual([401, 401, 200]);

    const [record] = JSON.parse(await impasto('list', '--json'));
    expect(record).toMatchObject({ id, name: 'a shop', tenant: 'shop', secrets: 1 });
    const told = (await impasto('list')) + JSON.stringify(record);
    for (const shown of [key, next, last]) expect(told).not.toContain(shown.slice(-43));

    await impasto('revoke', id);
    expect([await statusWith(url), await statusWith(url, last)]).toEqual([401, 401]);
  }, 60_000);

  test('the records may be a file, which only knows digests', async () => {
    const folder = temporary();
    const ACCESS_KEYS_FILE = join(folder, 'keys.json');
    const words = [
      'keys',
      'create',
      '--name',
      'it',
      '--tenant',
      'it',
      '--scopes',
      'jobs',
      '--json',
    ];
    const { stdout } = await runImpasto(words, folder, { ACCESS_KEYS_FILE });
    const { key } = JSON.parse(stdout);
    expect(readFileSync(ACCESS_KEYS_FILE, 'utf8')).not.toContain(key.slice(-43));
    const url = await start({ ACCESS_KEYS_FILE, HOST: '0.0.0.0' }).url();
    expect([await statusWith(url), await statusWith(url, key)]).toEqual([401, 200]);
  }, 60_000);

  test.each([
    [['create', '--name', 'a', '--tenant', '../b'], /tenant.*small letters/],
    [['create', '--name', 'a', '--tenant', 'b', '--scopes', 'all'], /Expected paint, jobs/],
    [
      ['create', '--name', 'a', '--tenant', 'b', '--expires', '2020-01-01'],
      /Expected a date to come/,
    ],
    [['revoke', 'none'], /Expected the id of a key, got none/],
  ])('%j is refused in a sentence', async (words, message) => {
    const { code, stderr } = await runImpasto(['keys', ...words], temporary());
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
