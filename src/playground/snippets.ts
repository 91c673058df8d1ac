/** The request that the page has just made, as somebody else would make it. */

import { type Settings, toQuery } from './settings.ts';

export type SnippetLanguage = 'curl' | 'JavaScript' | 'Python';

export const SNIPPET_LANGUAGES: readonly SnippetLanguage[] = ['curl', 'JavaScript', 'Python'];

/**
 * Programs that paint `photo.jpg` with these settings; none needs more than its language brings. A key is not in them:
 * they read it from the variable IMPASTO_KEY.
 */
export function snippet(
  language: SnippetLanguage,
  origin: string,
  settings: Settings,
  withKey = false,
): string {
  const fields = [...toQuery(settings)];
  const query = decodeURIComponent(toQuery(settings).toString());
  const url = `${origin}/v1/stylizations`;
  switch (language) {
    case 'curl':
      return [
        'curl -f -F image=@photo.jpg \\',
        ...(withKey ? ['  -H "Authorization: Bearer $IMPASTO_KEY" \\'] : []),
        ...fields.map(([name, value]) => `  -F ${name}=${value} \\`),
        `  ${url} -o painting.jpg`,
      ].join('\n');
    case 'JavaScript':
      return [
        "import { readFile, writeFile } from 'node:fs/promises';",
        '',
        'const form = new FormData();',
        "form.set('image', new Blob([await readFile('photo.jpg')]), 'photo.jpg');",
        ...fields.map(([name, value]) => `form.set('${name}', '${value}');`),
        ...(withKey
          ? ["const headers = { authorization: 'Bearer ' + process.env.IMPASTO_KEY };"]
          : []),
        `const answer = await fetch('${url}', { method: 'POST', body: form${withKey ? ', headers' : ''} });`,
        'if (!answer.ok) throw new Error((await answer.json()).detail);',
        "await writeFile('painting.jpg', new Uint8Array(await answer.arrayBuffer()));",
      ].join('\n');
    case 'Python':
      return [
        ...(withKey ? ['from os import environ'] : []),
        'from urllib.request import Request, urlopen',
        '',
        `url = "${url}?${query}"`,
        'photo = open("photo.jpg", "rb").read()',
        'request = Request(url, photo, {"content-type": "image/jpeg", "accept": "image/jpeg"})',
        ...(withKey
          ? ['request.add_header("authorization", "Bearer " + environ["IMPASTO_KEY"])']
          : []),
        'open("painting.jpg", "wb").write(urlopen(request).read())',
      ].join('\n');
  }
}
