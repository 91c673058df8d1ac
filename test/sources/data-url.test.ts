/** data: URLs are read as browsers and Node read them. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataUrlBytes } from '../../src/sources/data-url.ts';

/** Node's own reading of the same standard; undefined where it refuses. */
async function byNode(url: string): Promise<Buffer | undefined> {
  const answer = await fetch(url).catch(() => undefined);
  return answer && Buffer.from(await answer.arrayBuffer());
}

const base64 = Buffer.from('any bytes \xff\xfe at all?', 'latin1').toString('base64');

test.each([
  `data:image/png;base64,${base64}`,
  `data:image/png;base64,${base64.replace(/=+$/, '')}`,
  `data:image/png;base64,${base64.match(/.{1,7}/g)!.join('\r\n')}`,
  `data:image/png;base64,${base64.match(/.{1,7}/g)!.join('\n\t ')}`,
  `data:image/png;base64,${encodeURIComponent(base64)}`,
  `data:image/png;base64,${base64}#fragment`,
  `data:;base64,${base64}`,
  `data:image/png;charset=utf-8;BASE64,${base64}`,
  `data:image/png; base64 ,${base64}`,
  `DATA:image/png;base64,${base64}`,
  'data:image/png,%89PNG%0D%0A%1A%0A',
  'data:image/png,100%&%zz%4',
  'data:,',
  'data:image/png;base64,%%%',
  'data:image/png;base64,A',
  'data:image/png;base64,AA=A',
  'data:image/png;base64,AA===',
  'data:image/png;base64,AA-_',
  'data:image/png;base64',
])('%s', async (url) => {
  expect(dataUrlBytes(url)).toEqual(await byNode(url));
});

test('any text after "data:" gives the bytes that Node gives', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '%',
      ',',
      ';base64',
      ';',
      ' ',
      '\n',
      '=',
      '#',
      '+',
      '/',
      '%2B',
      '%0a',
      'é',
      '🎨',
    ),
    fc.stringMatching(/^[A-Za-z0-9]{0,6}$/),
    fc.string({ unit: 'grapheme', maxLength: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const url = `data:${pieces.join('')}`;
      // Callers trim before, as URLs are: trailing blanks are no part of one.
      expect(dataUrlBytes(url.trim())).toEqual(await byNode(url.trim()));
    }),
    { numRuns: 500 },
  );
});
