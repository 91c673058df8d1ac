/** The examples in the documentation, run as they stand. */

import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { DIST_DIR } from '../support/dist.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const SECRET = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;

const server = useServer();

/** `--json` came with curl 7.82. */
const curlMissing = (() => {
  try {
    const [, major = '0', minor = '0'] =
      /curl (\d+)\.(\d+)/.exec(execFileSync('curl', ['--version']).toString()) ?? [];
    return Number(major) * 1000 + Number(minor) >= 7082 ? undefined : 'curl is older than 7.82';
  } catch {
    return 'curl is not installed';
  }
})();

const blocks = (page: string, language: string): string[] => {
  const text = readFileSync(join(root, page === 'README.md' ? '' : 'docs', page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );
};

async function run(
  code: string,
  replaced: Record<string, string> = {},
  environment: Record<string, string> = {},
): Promise<string> {
  const folder = temporary();
  writeFileSync(join(folder, 'photo.jpg'), await jpeg(64, 48));
  const places = { 'localhost:8080': `127.0.0.1:${server.port()}`, ...replaced };
  const placed = (text: string) =>
    Object.entries(places).reduce((before, [from, to]) => before.replaceAll(from, to), text);
  const variables = Object.entries(environment).map(([name, text]) => [name, placed(text)]);
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-c', `set -euo pipefail\n${placed(code)}`],
    {
      cwd: folder,
      env: { ...process.env, ...Object.fromEntries(variables) },
    },
  );
  return stdout;
}

describe.skipIf(curlMissing !== undefined)('docs/api.md', () => {
  const examples = blocks('api.md', 'sh');

  test('has examples', () => expect(examples.length).toBeGreaterThan(3));

  test.each(examples)('%s', async (code) => {
    await run(code);
  });
});

describe.skipIf(curlMissing !== undefined)('docs/start.md', () => {
  const examples = blocks('start.md', 'sh').filter((code) => !code.includes('npm ci'));
  const program = { 'npx impasto': `node ${join(DIST_DIR, 'cli.js')}` };

  test('has examples', () => expect(examples.length).toBeGreaterThan(2));

  test.each(examples)('%s', async (code) => {
    await run(code, program);
  });
});

describe.skipIf(curlMissing !== undefined)('docs/access.md', () => {
  const locked = useServer({ ACCESS_MAX_AGE_SECONDS: '0' });
  const program = { 'npx impasto': `node ${join(DIST_DIR, 'cli.js')}` };

  test.each(blocks('access.md', 'sh'))('%s', async (code) => {
    const { DATA_DIR } = locked.services().config;
    const place = { 'localhost:8080': `127.0.0.1:${locked.port()}` };
    await run(code, { ...program, ...place }, { DATA_DIR });
    expect((await locked.get('/v1/stylizations')).status).toBe(401);
  });
});

describe('docs/library.md', () => {
  const examples = blocks('library.md', 'js');
  const installed = temporary();
  mkdirSync(join(installed, 'node_modules'));
  symlinkSync(root, join(installed, 'node_modules/impasto'));

  test('has examples', () => expect(examples.length).toBeGreaterThan(2));

  test.each(examples)('%s', async (code) => {
    writeFileSync(join(installed, 'photo.jpg'), await jpeg(64, 48));
    writeFileSync(join(installed, 'program.mjs'), code);
    const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], {
      cwd: installed,
    });
    // What the page says that it prints, and something where it says nothing.
    const said = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line]) => line);
    expect(stdout).toMatch(/\S/);
    if (said.length > 0) expect(stdout).toBe(`${said.join('\n')}\n`);
  });
});

describe('docs/clients.md', () => {
  test('the JavaScript paints', async () => {
    const [code = ''] = blocks('clients.md', 'js');
    const read = "import { readFile } from 'node:fs/promises';";
    const program = `${read}\n${code}\nconsole.log(painting.type, painting.size > 100);`;
    expect(await run(`node --input-type=module -e "$PROGRAM"`, {}, { PROGRAM: program })).toBe(
      'image/jpeg true\n',
    );
  });

  test('the Python paints', async () => {
    const [code = ''] = blocks('clients.md', 'python');
    await run('python3 -c "$PROGRAM" && test -s painting.jpg', {}, { PROGRAM: code });
  });
});

test('what writes a file writes none where the answer is a problem', () => {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const commands = ['README.md', ...pages]
    .flatMap((page) => blocks(page, 'sh'))
    .flatMap((code) => code.replaceAll('\\\n', ' ').match(/\bcurl [^\n|]*/g) ?? [])
    .filter((command) => /\s(?:-o|--output)\s/.test(command));
  expect(commands.length).toBeGreaterThan(5);
  for (const command of commands) expect(command).toMatch(/\s-[a-zA-Z]*f[a-zA-Z]*\s/);
});

describe.skipIf(curlMissing !== undefined)('docs/webhooks.md', () => {
  const [start = '', send = ''] = blocks('webhooks.md', 'sh');
  /** As the page has the server started. */
  const [, privateAddresses = ''] = /FETCH_PRIVATE_ADDRESSES=(\S+) npm start/.exec(start) ?? [];
  const told = useServer({ FETCH_PRIVATE_ADDRESSES: privateAddresses, WEBHOOK_SECRETS: SECRET });

  test('the example receiver hears of the example request, and of no other', async () => {
    const folder = join(root, 'build/docs');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'receiver.mjs');
    writeFileSync(path, blocks('webhooks.md', 'js')[0]!);
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const { PATH = '' } = process.env;
    const environment = { PATH, WEBHOOK_SECRET: SECRET, PORT: String(port) };
    const receiver = spawn(process.execPath, [path], { env: environment });
    let output = '';
    receiver.stdout.on('data', (data) => {
      output += data;
    });
    const url = `http://127.0.0.1:${port}`;
    try {
      await expect
        .poll(() =>
          request(url)
            .post('/hook')
            .send('{}')
            .then(
              ({ status }) => status,
              () => 0,
            ),
        )
        .toBe(401);
      const answer = await run(send, {
        'localhost:8080': `127.0.0.1:${told.port()}`,
        'localhost:9090': `localhost:${port}`,
      });
      const { id } = JSON.parse(answer);
      await expect.poll(() => output).toContain(`stylization.succeeded ${id} http`);
    } finally {
      receiver.kill('SIGKILL');
    }
  });
});
