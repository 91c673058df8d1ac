import { describe, expect, test } from 'vitest';
import { readPaintingUrl } from '../../src/http/painting-url.ts';
import { runImpasto } from '../support/cli.ts';
import { temporary } from '../support/temporary.ts';

const KEY = { key: Buffer.alloc(32, 7), salt: Buffer.alloc(32, 8) };
const environment = {
  SIGNED_URL_KEYS: `${KEY.key.toString('hex')},${'00'.repeat(32)}`,
  SIGNED_URL_SALTS: `${KEY.salt.toString('hex')},${'00'.repeat(32)}`,
};
const photo = 'https://cdn.example/cat.jpg';

const sign = (args: string[], more: Record<string, string> = {}) =>
  runImpasto(['sign', ...args], temporary(), { ...environment, ...more });

describe('impasto sign', () => {
  test('prints a URL by the first key, with the options that are not at their defaults', async () => {
    const flags = ['-s', 'great-wave:0.25,udnie:0.75', '--preserve-colors', '--strength', '1'];
    const outcome = await sign([photo, ...flags, '--stroke-size', '0.5', '-f', 'webp'], {
      PUBLIC_URL: 'https://paint.example/api/',
    });
    expect([outcome.code, outcome.stderr]).toEqual([0, '']);
    expect(outcome.stdout).toMatch(/^https:\/\/paint\.example\/api\/v1\/paintings\//);
    const url = new URL(outcome.stdout.trim().replace('/api/', '/'));
    expect(readPaintingUrl(url, [KEY])).toEqual({
      source: photo,
      options: [
        ['style', 'great-wave:0.25,udnie:0.75'],
        ['preserve_colors', 'true'],
        ['stroke_size', '0.5'],
        ['format', 'webp'],
      ],
    });
  });

  test('says until when it works', async () => {
    const begun = Math.floor(Date.now() / 1000);
    const { stdout } = await sign([photo, '--expires', '12h']);
    const url = new URL(stdout.trim(), 'http://localhost');
    const [expires] = readPaintingUrl(url, [KEY]).options;
    expect(expires?.[0]).toBe('expires');
    const seconds = Number(expires?.[1]) - begun - 12 * 3600;
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(seconds).toBeLessThan(60);
  });

  test.each([
    [['cat.jpg'], {}, 2, /http\(s\) URL of a photograph, got "cat\.jpg"/],
    [[photo, '--expires', 'soon'], {}, 2, /a date to come.* or a time from now/],
    [[photo, '--expires', '2020-01-01'], {}, 2, /a date to come/],
    [[photo, '--strength', '7'], {}, 2, /from 0 to 1/],
    [[photo], { SIGNED_URL_KEYS: '', SIGNED_URL_SALTS: '' }, 1, /SIGNED_URL_KEYS: Expected a key/],
  ])('%j is not signed', async (args, more, code, message) => {
    const outcome = await sign(args, more);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toMatch(message);
  });
});
