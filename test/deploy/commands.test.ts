/** docs/deploy.md, command by command: each is run by a test, or the page says that none runs it. */

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { DIST_DIR } from '../support/dist.ts';
import { s3Endpoint, s3Missing } from '../support/installed.ts';
import { createBucket } from '../support/s3.ts';
import { temporary } from '../support/temporary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
const run = promisify(execFile);

/** Lines of its blocks of commands, without remarks; what goes on in the next line is one. */
const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
  block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/ {2,}#.*$/, '').trim())
    .filter((line) => line !== ''),
);

/** What its list says that nobody runs. */
const [, list = ''] = /^A test takes the commands.*?\n\n(.*?)\n\n/ms.exec(page) ?? [];
const notRun = [...list.matchAll(/`([^`]+)`/g)].map(([, command = '']) => command);

/** By how commands begin: where they are run, and a word of that file that shows it. */
const RUN: Readonly<Record<string, readonly [string, string]>> = {
  'npm ci && npm pack': ['test/stories/install.test.ts', "'pack'"],
  'npm install ./impasto': ['test/stories/install.test.ts', "'install', join(folder, tarball)"],
  'npx impasto serve': ['test/stories/install.test.ts', "'serve'"],
  'npm ci': ['.ci/run', 'npm ci'],
  'npm run package:serverless': ['test/lambda/template.test.ts', "'package'"],
  'npm run package:infrastructure': ['test/lambda/template.test.ts', 'infrastructure.yml'],
  'kubectl kustomize': ['test/deploy/kubernetes.test.ts', "'kustomize'"],
  'S3_BUCKET=<BucketName> npx impasto keys create': ['test/deploy/commands.test.ts', 'keys'],
  '(umask 077': ['test/deploy/commands.test.ts', 'umask'],
};

const beginnings = Object.keys(RUN);
const commandOf = (beginning: string) =>
  commands.find((command) => command.startsWith(beginning)) ?? '';

test('there are commands, and every one is run somewhere or said to be not', () => {
  expect(commands.length).toBeGreaterThan(15);
  const known = [...beginnings, ...notRun];
  const others = commands.filter((command) => !known.some((each) => command.startsWith(each)));
  expect(others).toEqual([]);
});

test.each(beginnings)('%s is on the page, and where it is run', (beginning) => {
  const [file, word] = RUN[beginning] ?? ['', ''];
  expect(commandOf(beginning)).not.toBe('');
  expect(readFileSync(join(root, file), 'utf8')).toContain(word);
});

test.each(notRun)('%s is on the page', (command) => {
  expect(commandOf(command)).not.toBe('');
});

test('scripts and files that commands name are there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = commands.flatMap((command) =>
    [...command.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name),
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  const paths = commands.flatMap((command) =>
    [...command.matchAll(/(?:-f|--config|-k|kustomize) ([\w./-]+)/g)].map(([, path = '']) => path),
  );
  expect(paths.length).toBeGreaterThan(3);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('the key of S3 is made as the page says, for its owner only', async () => {
  const folder = temporary();
  await run('bash', ['-c', commandOf('(umask 077')], { cwd: folder });
  const { mode } = await stat(join(folder, '.env'));
  expect(mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, '.env'), 'utf8')).toMatch(/^S3_SECRET_KEY=[\da-f]{64}\n$/);
});

describe.skipIf(s3Missing)('with a bucket', () => {
  test('the first key is made as the page says, and is for a service that has that bucket', async () => {
    const bucket = await createBucket();
    const command = commandOf('S3_BUCKET=<BucketName>')
      .replace(/\s+#.*$/, '')
      .replace('<BucketName>', bucket)
      .replace('npx impasto', `${process.execPath} ${join(DIST_DIR, 'cli.js')}`);
    const env = { ...process.env, S3_ENDPOINT: s3Endpoint };
    const { stdout } = await run('bash', ['-c', command], { cwd: temporary(), env });
    expect(stdout).toMatch(/\bimp_[\da-f]{12}_/);
    const listed = await run(process.execPath, [join(DIST_DIR, 'cli.js'), 'keys', 'list'], {
      cwd: temporary(),
      env: { ...env, S3_BUCKET: bucket },
    });
    expect(listed.stdout).toMatch(/\bme\b/);
  });
});
