/** Keys: how they are made and kept, and how a running service learns of changes. */

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createKey, revokeKey, rotateKey } from '../../src/access/edits.ts';
import { isLoopback } from '../../src/access/exposure.ts';
import { filePlace, type KeyPlace, objectPlace, writeObject } from '../../src/access/key-places.ts';
import { openKeyRing } from '../../src/access/key-ring.ts';
import { KeyRecordsError, parseRecords, recordsText } from '../../src/access/records.ts';
import { matches, presentedKey } from '../../src/access/secret.ts';
import { tenantOfSubject } from '../../src/access/tenants.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { temporary } from '../support/temporary.ts';

const wanted = { name: 'shop', tenant: 'shop', scopes: ['paint' as const] };
const now = new Date('2026-11-26T12:00:00.000Z');
const bytes = (text: string) => new TextEncoder().encode(text);

describe('a key', () => {
  const { records, record, key } = createKey([], wanted, now);

  test('has 256 bits that are kept nowhere', () => {
    const { id, secret } = presentedKey(key)!;
    expect(id).toBe(record.id);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(recordsText(records)).not.toContain(secret);
    expect(parseRecords(bytes(recordsText(records)), 'here')).toEqual(records);
  });

  test('is known by its secret and by no other', () => {
    const { secret } = presentedKey(key)!;
    const other = presentedKey(createKey([], wanted, now).key)!.secret;
    expect(matches(secret, record.hashes)).toBe(true);
    expect(matches(other, record.hashes)).toBe(false);
    expect(matches(secret, undefined)).toBe(false);
    expect(presentedKey(`${key}x`)).toBeUndefined();
  });

  test('that is rotated has two secrets, and then the newest two', () => {
    const once = rotateKey(records, record.id, false);
    const twice = rotateKey(once.records, record.id, false);
    const secretOf = (text: string) => presentedKey(text)!.secret;
    expect([key, once.key].map((text) => matches(secretOf(text), once.record.hashes))).toEqual([
      true,
      true,
    ]);
    expect(
      [key, once.key, twice.key].map((text) => matches(secretOf(text), twice.record.hashes)),
    ).toEqual([false, true, true]);
    const atOnce = rotateKey(records, record.id, true);
    expect(matches(secretOf(key), atOnce.record.hashes)).toBe(false);
  });

  test('that is not there cannot be revoked', () => {
    expect(revokeKey(records, record.id).records).toEqual([]);
    expect(() => revokeKey(records, 'none')).toThrow(KeyRecordsError);
  });
});

describe('records', () => {
  const [record] = createKey([], wanted, now).records;

  test.each([
    ['no JSON', '{', /Expected \{ "keys"/],
    ['another tenant', { ...record, tenant: '../shop' }, /\/keys\/0\/tenant: Expected a tenant/],
    ['no scope', { ...record, scopes: [] }, /\/keys\/0\/scopes/],
    ['an unknown scope', { ...record, scopes: ['all'] }, /\/keys\/0\/scopes\/0/],
    ['a secret for its hash', { ...record, hashes: ['secret'] }, /hashes\/0: Expected a SHA-256/],
    ['three hashes', { ...record, hashes: Array(3).fill(record!.hashes[0]) }, /hashes/],
    ['a wrong date', { ...record, expires: 'tomorrow' }, /expires/],
    ['a misspelt field', { ...record, scope: 'paint' }, /scope/],
  ])('with %s are refused, and the place is named', (_, key, message) => {
    const text = typeof key === 'string' ? key : JSON.stringify({ keys: [key] });
    expect(() => parseRecords(bytes(text), 'keys.json')).toThrow(message);
    expect(() => parseRecords(bytes(text), 'keys.json')).toThrow(/^keys\.json: /);
  });

  test('with one id twice are refused', () => {
    const text = recordsText([record!, record!]);
    expect(() => parseRecords(bytes(text), 'keys.json')).toThrow(/twice/);
  });
});

describe('the ring', () => {
  const made = createKey([], wanted, now);
  const { id } = made.record;
  const onError = (error: unknown) => {
    throw error;
  };

  async function ringOf(place: KeyPlace, told: unknown[] = []) {
    let nowMs = 0;
    const options = { maxAgeMs: 15_000, nowMs: () => nowMs };
    const note = (error: unknown) => told.push(error);
    const ring = await openKeyRing([place], { ...options, onError: note });
    return { ring, pass: (ms: number) => (nowMs += ms) };
  }

  const places: readonly [
    string,
    () => Promise<{ place: KeyPlace; write: (text: string) => Promise<void> }>,
  ][] = [
    [
      'a file',
      async () => {
        const path = join(temporary(), 'keys.json');
        return { place: filePlace(path), write: (text) => writeFile(path, text) };
      },
    ],
    [
      'an object',
      async () => {
        const store = fileStore(temporary(), urlSigner(new Uint8Array(32)));
        const place = objectPlace(store);
        const write = async (text: string) => {
          const found = await store.read('access/keys.json');
          await writeObject(store, text, found?.version);
        };
        return { place, write };
      },
    ],
  ];

  test.each(places)(
    'sees what becomes of %s: a new key at once, a revoked one in time',
    async (_, open) => {
      const { place, write } = await open();
      const { ring, pass } = await ringOf(place);
      expect(await ring.isThere()).toBe(false);
      await write(recordsText(made.records));
      expect(await ring.find(id)).toBeUndefined();
      pass(1000);
      expect(await ring.find(id)).toEqual(made.record);
      expect(await ring.isThere()).toBe(true);
      await write(recordsText([]));
      pass(14_999);
      expect(await ring.find(id)).toEqual(made.record);
      pass(1);
      expect(await ring.find(id)).toBeUndefined();
      expect(await ring.isThere()).toBe(true);
    },
  );

  test.each(places)(
    'holds on to what it knew where %s is damaged, and says so',
    async (_, open) => {
      const { place, write } = await open();
      await write(recordsText(made.records));
      const told: unknown[] = [];
      const { ring, pass } = await ringOf(place, told);
      await write('{');
      pass(15_000);
      expect(await ring.find(id)).toEqual(made.record);
      expect(told).toEqual([expect.any(KeyRecordsError)]);
      await write(recordsText([]));
      pass(15_000);
      expect(await ring.find(id)).toBeUndefined();
    },
  );

  test('of a file that is gone knows no key, and asks for keys all the same', async () => {
    const path = join(temporary(), 'keys.json');
    await writeFile(path, recordsText(made.records));
    const { ring, pass } = await ringOf(filePlace(path));
    await rm(path);
    pass(15_000);
    expect([await ring.find(id), await ring.isThere()]).toEqual([undefined, true]);
  });

  test('lets those in who are known where a place does not answer', async () => {
    let answers = true;
    const place: KeyPlace = {
      name: 'slow',
      read: () =>
        answers
          ? Promise.resolve({ bytes: bytes(recordsText(made.records)), version: '1' })
          : new Promise(() => {}),
    };
    const { ring, pass } = await ringOf(place);
    answers = false;
    pass(15_000);
    expect(await ring.find(id)).toEqual(made.record);
    // Nobody after the first one waits for it at all.
    const waiting = new Promise((resolve) => setImmediate(resolve, 'waiting'));
    expect(await Promise.race([ring.find(id), waiting])).toEqual(made.record);
  });

  test('does not open over records that cannot be read', async () => {
    const path = join(temporary(), 'keys.json');
    await writeFile(path, '{');
    await expect(openKeyRing([filePlace(path)], { maxAgeMs: 0, onError })).rejects.toThrow(
      KeyRecordsError,
    );
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['[::1]', true],
  ['localhost', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.7', false],
  ['', false],
  ['localhost.example', false],
])('%s is reached from this machine only: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test('subjects of tokens are tenants, each its own', () => {
  const subjects = ['shop', 'auth0|17', 'open', 'Shop', '../shop', ''];
  const tenants = subjects.map(tenantOfSubject);
  expect(tenants[0]).toBe('shop');
  expect(new Set(tenants).size).toBe(subjects.length);
  for (const tenant of tenants) expect(tenant).toMatch(/^[\w-]+$/);
  expect(tenants).not.toContain('open');
});
