import { describe, expect, test } from 'vitest';
import { paintingPath } from '../../src/http/painting-url.ts';
import { sharedPainting } from '../../src/playground/shared-painting.ts';

const key = { key: Buffer.from('00ff', 'hex'), salt: Buffer.from('11', 'hex') };

describe('a link to a signed painting', () => {
  test('has the photograph and the settings that were signed', () => {
    const source = 'https://cdn.example/gr%C3%BC%C3%9Fe?x=2&y=~';
    const options = [
      ['style', 'great-wave:0.6,udnie:0.4'],
      ['max_size', '640'],
    ] as const;
    const shared = sharedPainting(`?painting=${paintingPath({ options, source }, key)}`);
    expect(shared?.source.href).toBe(source);
    expect(shared?.fragment).toBe('style=great-wave:0.6,udnie:0.4&max_size=640');
    const plain = sharedPainting(`?painting=${paintingPath({ options: [], source }, key)}`);
    expect(plain?.fragment).toBe('');
  });

  test.each([
    '',
    '?painting=',
    '?painting=/v1/paintings/x/-/a',
    `?painting=/v1/paintings/x/-/${Buffer.from('javascript:alert(1)').toString('base64url')}`,
    `?painting=https://elsewhere.example/v1/paintings/x/-/${Buffer.from('https://a.example').toString('base64url')}`,
  ])('is none: %s', (search) => expect(sharedPainting(search)).toBeUndefined());
});
