/** The packed tarball in an empty folder, with nothing but the npm registry: it paints from code, by command and by the page. */

import { execFile, spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { built } from '../support/built.ts';
import { chromiumMissing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const { PATH = '', CI, TEST_INSTALL } = process.env;

const INSTALL_MS = 600_000;

describe('a tarball in an empty folder', () => {
  if (!CI && !TEST_INSTALL) {
    test.skip('set TEST_INSTALL=1 for it: npm fetches some 200 MB', () => {});
    return;
  }
  const folder = temporary();
  const project = join(folder, 'project');
  const env = { PATH, HOME: folder };
  let said = '';

  beforeAll(async () => {
    await built('dist');
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    await mkdir(project);
    await writeFile(join(project, 'photo.jpg'), await jpeg(64, 48));
    const words = ['install', join(folder, tarball), '--no-audit', '--no-fund'];
    const { stdout, stderr } = await run('npm', words, { cwd: project, env });
    said = stdout + stderr;
  }, INSTALL_MS);

  const extentOf = async (name: string) => {
    const { width, height } = await sharp(join(project, name)).metadata();
    return [width, height];
  };

  test('nothing is complained of, and only the runtime of this platform is there', async () => {
    expect(said).not.toContain('Unknown');
    const bin = join(project, 'node_modules/onnxruntime-node/bin/napi-v6');
    const files = await readdir(bin, { recursive: true, withFileTypes: true });
    const places = files.filter((file) => file.isFile()).map(({ parentPath }) => parentPath);
    expect([...new Set(places)]).toEqual([join(bin, process.platform, process.arch)]);
  });

  test('paints from code', async () => {
    const program = `
      import { writeFile } from 'node:fs/promises';
      import { createImpasto } from 'impasto';
      const impasto = await createImpasto();
      const { image } = await impasto.stylize('photo.jpg', { style: 'udnie' });
      await writeFile('code.jpg', image);
      await impasto.close();`;
    await writeFile(join(project, 'program.mjs'), program);
    await run(process.execPath, ['program.mjs'], { cwd: project, env });
    expect(await extentOf('code.jpg')).toEqual([64, 48]);
  });

  test('paints by command', async () => {
    const words = ['impasto', 'stylize', 'photo.jpg', '--style', 'udnie', '-o', 'command.jpg'];
    await run('npx', ['--no-install', ...words], { cwd: project, env });
    expect(await extentOf('command.jpg')).toEqual([64, 48]);
  });

  describe.skipIf(chromiumMissing !== undefined)('its page', () => {
    const browser = useBrowser();
    const command = join(project, 'node_modules/.bin/impasto');
    let stop = () => {};
    afterAll(() => stop());

    test('paints', async () => {
      const server = spawn(command, ['serve', '--port', '0'], { cwd: project, env });
      stop = () => server.kill('SIGKILL');
      let output = '';
      server.stdout.on('data', (data) => {
        output += data;
      });
      await expect.poll(() => output).toMatch(/listening on http:\/\/localhost:\d+/);
      const [url = ''] = /http:\/\/localhost:\d+/.exec(output) ?? [];
      const { page, complaints } = await browser.visit(url);
      await page.waitForSelector('.comparison[aria-busy="false"] .painting');
      await page.setInputFiles('#photo', join(project, 'photo.jpg'));
      const painting = page.locator('.comparison[aria-busy="false"] .painting[src^="blob:"]');
      await painting.waitFor();
      const width = await page.evaluate(
        "document.querySelector('.comparison .painting').naturalWidth",
      );
      expect([width, complaints]).toEqual([64, []]);
    });
  });
});
