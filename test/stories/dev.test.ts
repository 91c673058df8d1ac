/** `npm run dev` in a copy of the repository: what it runs follows the sources. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporary } from '../support/temporary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = temporary();

const edit = async (file: string, change: (text: string) => string) => {
  const path = join(folder, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
};

describe('npm run dev', () => {
  let child: ChildProcess;
  let output = '';

  /** Ports in the order in which servers listened. */
  const ports = () => [...output.matchAll(/"port":(\d+)/g)].map(([, port]) => port);
  const page = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${ports().at(-1)}${path}`).catch(() => undefined);
    return answer?.text();
  };

  beforeAll(async () => {
    for (const name of ['src', 'functions', 'scripts', 'package.json', 'tsconfig.json'])
      await cp(join(root, name), join(folder, name), { recursive: true });
    for (const name of ['node_modules', 'models'])
      await symlink(join(root, name), join(folder, name));
    child = spawn(process.execPath, ['--import', 'tsx', 'scripts/dev.ts'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', DATA_DIR: temporary() },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        output += data;
      });
    }
  });

  afterAll(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  test('the server listens', async () => {
    await expect.poll(ports, { timeout: 50_000 }).toHaveLength(1);
    expect(await page('/health/live')).toBeDefined();
  });

  test('the server is started anew where its source changes', async () => {
    await edit('functions/server.ts', (text) => `${text}\nconsole.log('as it is now');\n`);
    await expect.poll(() => output).toContain('as it is now');
    await expect.poll(ports).toHaveLength(2);
  });

  test('the page follows its source', async () => {
    await edit('src/playground/index.html', (text) => text.replace('<title>', '<title>New '));
    await edit(
      'src/playground/main.tsx',
      (text) => `${text}\nconsole.log('a page as it is now');\n`,
    );
    await expect.poll(() => page('/')).toContain('<title>New ');
    await expect.poll(() => page('/assets/playground.js')).toContain('a page as it is now');
  });

  test('a mistake is shown, and the server before it goes on', async () => {
    await edit('functions/server.ts', (text) => `${text}\nthis is no TypeScript\n`);
    await expect.poll(() => output).toContain('functions/server.ts');
    expect(await page('/health/live')).toBeDefined();
  });

  test('SIGTERM ends it and the server', async () => {
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect(await page('/health/live')).toBeUndefined();
  });
});
