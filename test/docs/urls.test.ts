/** Every program in docs/urls.md signs as the service does. */

import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { paintingPath, readPaintingUrl } from '../../src/http/painting-url.ts';
import { runImpasto } from '../support/cli.ts';
import { temporary } from '../support/temporary.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/urls.md', import.meta.url)), 'utf8');

const [, key = '', salt = ''] = /the key `(\w+)`\s+and the salt `(\w+)`/.exec(page) ?? [];
const urlKey = { key: Buffer.from(key, 'hex'), salt: Buffer.from(salt, 'hex') };
const environment = { SIGNED_URL_KEYS: key, SIGNED_URL_SALTS: salt };

/** As the page's table has them. */
const vectors = [...page.matchAll(/^\| `([^`]+)` \| `(http[^`]+)` \| `([^`]+)` \|$/gm)].map(
  ([, options = '', source = '', path = '']) => ({ options, source, path }),
);

const LANGUAGES = [
  { name: 'js', file: 'sign.mjs', run: ['node'], probe: ['node', '--version'] },
  { name: 'python', file: 'sign.py', run: ['python3'], probe: ['python3', '--version'] },
  { name: 'go', file: 'sign.go', run: ['go', 'run'], probe: ['go', 'version'] },
  { name: 'php', file: 'sign.php', run: ['php'], probe: ['php', '--version'] },
  { name: 'bash', file: 'sign.sh', run: ['bash'], probe: ['openssl', 'version'] },
] as const;

/** Why a language is left out; undefined where it is installed. */
function missing([program, ...args]: readonly [string, ...string[]]): string | undefined {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${program} is not installed`;
  }
}

describe('the vectors', () => {
  test('are what the service signs and takes', () => {
    expect(vectors.length).toBeGreaterThan(2);
    for (const { options, source, path } of vectors) {
      const pairs = options === '-' ? [] : options.split(';').map((pair) => pair.split('='));
      const asked = { options: pairs as [string, string][], source };
      expect(paintingPath(asked, urlKey)).toBe(path);
      const url = new URL(path, 'http://localhost');
      expect(readPaintingUrl(url, [urlKey])).toEqual(asked);
    }
  });

  test('are what the command line prints', async () => {
    const sign = (...args: string[]) => runImpasto(['sign', ...args], temporary(), environment);
    const [plain, withOptions] = vectors;
    expect((await sign(plain!.source)).stdout).toBe(`${plain!.path}\n`);
    const flags = ['--style', 'udnie', '--max-size', '640'];
    expect((await sign(withOptions!.source, ...flags)).stdout).toBe(`${withOptions!.path}\n`);
  });
});

describe('the programs', () => {
  test.each(LANGUAGES)('are on the page: $name', ({ name }) => {
    expect(programIn(name)).toContain('/v1/paintings/');
  });

  for (const { name, file, run, probe } of LANGUAGES) {
    const reason = missing(probe);
    test.skipIf(reason !== undefined)(
      `in ${name} prints the vectors${reason ? ` (${reason})` : ''}`,
      async () => {
        const path = join(temporary(), file);
        writeFileSync(path, programIn(name));
        const [program, ...args] = run;
        for (const vector of vectors) {
          const { stdout } = await promisify(execFile)(
            program,
            [...args, path, vector.options === '-' ? '' : vector.options, vector.source],
            { env: { ...process.env, ...environment } },
          );
          expect(stdout).toBe(`${vector.path}\n`);
        }
      },
    );
  }
});

function programIn(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1] ?? '';
}
