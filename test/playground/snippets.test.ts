/** What the page shows to copy, run as it stands, against the real server. */

import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULTS, type Settings } from '../../src/playground/settings.ts';
import { SNIPPET_LANGUAGES, type SnippetLanguage, snippet } from '../../src/playground/snippets.ts';
import { keysOf } from '../support/keys.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const PROGRAMS: Readonly<Record<SnippetLanguage, readonly [string, ...string[]]>> = {
  curl: ['bash', '-c'],
  JavaScript: [process.execPath, '--input-type=module', '-e'],
  Python: ['python3', '-c'],
};

const settings: Settings = {
  ...DEFAULTS,
  mix: [
    { style: 'great-wave', weight: 0.6 },
    { style: 'the-scream', weight: 0.4 },
  ],
  strength: 0.8,
  strokeSize: 1.5,
  detail: 0.25,
  preserveColors: true,
  preserveBackground: false,
  maxSize: 64,
};

describe('snippets', () => {
  const server = useServer();

  test.each(SNIPPET_LANGUAGES)('%s paints the same picture', async (language) => {
    const folder = temporary();
    const photo = await jpeg(96, 72);
    await writeFile(join(folder, 'photo.jpg'), photo);
    const outcome = await run(
      PROGRAMS[language],
      snippet(language, server.url(), settings),
      folder,
    );
    expect(outcome).toEqual({ code: 0, errors: '' });
    const painting = await readFile(join(folder, 'painting.jpg'));
    expect(await pixelsOf(painting)).toMatchObject({ width: 64, height: 48 });
    const expected = await server.send(
      server
        .post('/v1/stylizations')
        .query({
          style: 'great-wave:0.6,the-scream:0.4',
          strength: '0.8',
          stroke_size: '1.5',
          preserve_colors: 'true',
          max_size: '64',
        })
        .type('image/jpeg')
        .send(photo),
    );
    expect(painting.equals(expected.body)).toBe(true);
  });
});

describe('snippets for a service with keys', () => {
  const { keys, text } = keysOf({ page: {} });
  const server = useServer({ ACCESS_KEYS: text });

  test.each(SNIPPET_LANGUAGES)('%s shows the key that is in the environment', async (language) => {
    const folder = temporary();
    await writeFile(join(folder, 'photo.jpg'), await jpeg(96, 72));
    const program = snippet(language, server.url(), settings, true);
    const environment = { IMPASTO_KEY: keys.page };
    const outcome = await run(PROGRAMS[language], program, folder, environment);
    expect(outcome).toEqual({ code: 0, errors: '' });
    const painting = await readFile(join(folder, 'painting.jpg'));
    expect(await pixelsOf(painting)).toMatchObject({ width: 64, height: 48 });
  });
});

async function run(
  [program, ...options]: readonly [string, ...string[]],
  text: string,
  cwd: string,
  environment: Record<string, string> = {},
) {
  const quiet = text.replace(/^curl /, 'curl -sSf ');
  const child = spawn(program, [...options, quiet], {
    cwd,
    env: { ...process.env, ...environment },
  });
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, errors };
}
