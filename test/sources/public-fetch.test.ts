/** Addresses that callers name: which are refused, and what comes back from the others. */

import type { LookupFunction } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AddressRefusedError,
  FetchFailedError,
  publicFetch,
} from '../../src/sources/public-fetch.ts';
import { serveLocally } from '../support/receiver.ts';

const get = {
  method: 'GET',
  maxBytes: 10_000,
  maxRedirects: 3,
  signal: new AbortController().signal,
} as const;

describe('addresses that are not public', () => {
  const fetch = publicFetch({ privateAddresses: [] });

  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://0.0.0.0/',
    'http://localhost/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:0:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.170.2/v2/credentials',
    'http://2852039166/',
    'http://0251.0376.0251.0376/',
    'http://①②⑦.0.0.1/',
    'http://127。0。0。1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://192.0.0.192/',
    'http://198.18.0.1/',
  ])('%s', async (url) => {
    await expect(fetch(url, get)).rejects.toThrow(AddressRefusedError);
  });

  test.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'http://user:password@example.com/',
    'not a url',
    'http://',
  ])('%s is no address to fetch from', async (url) => {
    await expect(fetch(url, get)).rejects.toThrow(AddressRefusedError);
  });
});

describe('names', () => {
  const answering = (...addresses: string[]) => {
    const asked: string[] = [];
    const resolve: LookupFunction = (name, { all }, done) => {
      asked.push(name);
      const address = addresses.shift() ?? '10.0.0.1';
      if (all) done(null, [{ address, family: 4 }]);
      else done(null, address, 4);
    };
    return { asked, resolve };
  };

  test('that mean an address inside are refused', async () => {
    const { resolve } = answering('169.254.169.254');
    const fetch = publicFetch({ privateAddresses: [] }, resolve);
    await expect(fetch('http://innocent.example/', get)).rejects.toThrow(AddressRefusedError);
  });

  test('are resolved once: what was checked is what is connected to', async () => {
    const origin = await serveLocally((_, response) => response.end('checked'));
    const { asked, resolve } = answering('127.0.0.1', '127.0.0.2');
    const fetch = publicFetch({ privateAddresses: ['127.0.0.1'] }, resolve);
    const url = `http://rebinding.example:${origin.port}/`;
    expect((await fetch(url, get)).status).toBe(200);
    expect(asked).toEqual(['rebinding.example']);
    await expect(fetch(url, get)).rejects.toThrow(AddressRefusedError);
    await origin.close();
  });
});

describe('an answer', () => {
  let origin: Awaited<ReturnType<typeof serveLocally>>;
  const fetch = publicFetch({ privateAddresses: ['127.0.0.0/8'] });
  const bomb = gzipSync(Buffer.alloc(5_000_000));

  beforeAll(async () => {
    origin = await serveLocally((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      const to = new URL(request.url ?? '/', 'http://x').searchParams.get('to');
      if (to !== null) response.writeHead(302, { location: to }).end();
      else if (pathname === '/endless') {
        const timer = setInterval(() => response.write(Buffer.alloc(1000)), 1);
        response.on('close', () => clearInterval(timer));
      } else if (pathname === '/bomb') {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      } else if (pathname === '/broken') {
        response.writeHead(200, { 'content-length': '100' }).write('only this');
        setTimeout(() => response.destroy(), 20);
      } else if (pathname === '/silent') response.writeHead(200).flushHeaders();
      else response.writeHead(200).end('hello');
    });
  });
  afterAll(() => origin.close());

  test('comes from an address that was allowed', async () => {
    const { status, bytes } = await fetch(`${origin.url}/`, get);
    expect([status, new TextDecoder().decode(bytes)]).toEqual([200, 'hello']);
  });

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://[::1]/',
    'file:///etc/passwd',
    '//169.254.169.254/',
  ])('that redirects to %s is refused there', async (to) => {
    const url = `${origin.url}/?to=${encodeURIComponent(to)}`;
    await expect(fetch(url, get)).rejects.toThrow(AddressRefusedError);
  });

  test('that redirects for ever is given up', async () => {
    const url = `${origin.url}/?to=${encodeURIComponent('/?to=%2F%3Fto%3D%2F')}`;
    const loop = await serveLocally((_, response) =>
      response.writeHead(302, { location: '/' }).end(),
    );
    await expect(fetch(`${loop.url}/`, get)).rejects.toThrow(FetchFailedError);
    expect((await fetch(url, get)).status).toBe(200);
    await loop.close();
  });

  test('that never ends, or breaks off, is a failure', async () => {
    for (const where of ['/endless', '/broken']) {
      await expect(fetch(origin.url + where, get)).rejects.toThrow(FetchFailedError);
    }
  });

  test('that is packed is not unpacked', async () => {
    const { bytes } = await fetch(`${origin.url}/bomb`, get);
    expect(bytes.byteLength).toBe(bomb.byteLength);
  });

  test('that does not come ends with the signal', async () => {
    const controller = new AbortController();
    const pending = fetch(`${origin.url}/silent`, { ...get, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('too late')), 50);
    await expect(pending).rejects.toThrow();
  });

  test('nobody listening is a failure, not a refusal', async () => {
    await expect(fetch('http://127.0.0.1:1/', get)).rejects.toThrow(FetchFailedError);
  });

  test('a list of hosts leaves the others out', async () => {
    const listed = publicFetch({
      privateAddresses: ['127.0.0.1'],
      hosts: ['127.0.0.1', '*.example'],
    });
    expect((await listed(`${origin.url}/`, get)).status).toBe(200);
    for (const url of ['http://example.com/', 'http://example/', 'http://evilexample/']) {
      await expect(listed(url, get)).rejects.toThrow(AddressRefusedError);
    }
  });
});
