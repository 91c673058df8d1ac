/** What a command writes and leaves, however it ends: nothing but what was asked for. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { DIST_DIR } from '../support/dist.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

const photo = await jpeg(40, 30);

const CLI = `${process.execPath} ${join(DIST_DIR, 'cli.js')}`;

/** Runs a line of shell in a folder, in which `impasto` is the command line. */
async function shell(line: string, cwd: string, environment: Record<string, string> = {}) {
  const { PATH = '' } = process.env;
  const env = { PATH, TMPDIR: cwd, ...environment };
  const script = `impasto() { ${CLI} "$@"; }; ${line}`;
  const child = spawn('bash', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, 'exit');
  return { code: child.exitCode, stdout, stderr };
}

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

function folderWithPhoto(): string {
  const folder = temporary();
  mkdirSync(join(folder, 'album'));
  writeFileSync(join(folder, 'album/a.jpg'), photo);
  return folder;
}

describe('a photograph is never painted over', () => {
  const ways: Record<string, (folder: string) => string> = {
    'the same path': () => 'album/a.jpg',
    'another path to it': () => './album/../album/a.jpg',
    'a link to it': (folder) => {
      symlinkSync('a.jpg', join(folder, 'album/link.jpg'));
      return 'album/link.jpg';
    },
    'a link to a link to it': (folder) => {
      symlinkSync('album/a.jpg', join(folder, 'first.jpg'));
      symlinkSync('first.jpg', join(folder, 'second.jpg'));
      return 'second.jpg';
    },
    'a hard link of it': (folder) => {
      linkSync(join(folder, 'album/a.jpg'), join(folder, 'hard.jpg'));
      return 'hard.jpg';
    },
    'its folder': () => 'album/',
    'a link to its folder': (folder) => {
      symlinkSync('album', join(folder, 'out'));
      return 'out/';
    },
    'a folder that holds a link to it': (folder) => {
      mkdirSync(join(folder, 'out'));
      symlinkSync('../album/a.jpg', join(folder, 'out/a.jpg'));
      return 'out/';
    },
    'a folder that holds a hard link of it': (folder) => {
      mkdirSync(join(folder, 'out'));
      linkSync(join(folder, 'album/a.jpg'), join(folder, 'out/a.jpg'));
      return 'out/';
    },
  };

  test.each(Object.keys(ways))('%s', async (way) => {
    const folder = folderWithPhoto();
    const output = ways[way]?.(folder) ?? '';
    const before = filesIn(folder);
    const outcome = await shell(`impasto stylize album/a.jpg -s udnie -o ${output}`, folder);
    expect(outcome.stderr).toMatch(/Expected another place/);
    expect(outcome.code).toBeGreaterThan(0);
    expect(readFileSync(join(folder, 'album/a.jpg'))).toEqual(photo);
    expect(filesIn(folder)).toEqual(before);
  });
});

describe('outputs', () => {
  test('two paintings do not land in one file, whatever it is called', async () => {
    const folder = folderWithPhoto();
    writeFileSync(join(folder, 'album/b.jpg'), photo);
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'out/a.jpg'), 'an older painting');
    symlinkSync('a.jpg', join(folder, 'out/b.jpg'));
    const { code, stderr } = await shell('impasto stylize album -s udnie -o out', folder);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Expected another place for out/)]);
  });

  test('a file that is replaced keeps its mode, a link to it stays one, and nothing lies beside', async () => {
    const folder = folderWithPhoto();
    writeFileSync(join(folder, 'old.jpg'), 'old', { mode: 0o600 });
    symlinkSync('old.jpg', join(folder, 'link.jpg'));
    await shell('impasto stylize album/a.jpg -s udnie -o link.jpg', folder);
    expect(await pixelsOf(readFileSync(join(folder, 'old.jpg')))).toMatchObject({ width: 40 });
    expect(statSync(join(folder, 'old.jpg')).mode & 0o777).toBe(0o600);
    expect(filesIn(folder)).toEqual(['album/a.jpg', 'link.jpg', 'old.jpg']);
  });

  test('a pipe is written to, and stays one', async () => {
    const folder = folderWithPhoto();
    const line =
      'mkfifo p.jpg; cat p.jpg > got & impasto stylize album/a.jpg -s udnie -o p.jpg; wait';
    await shell(line, folder);
    expect(await pixelsOf(readFileSync(join(folder, 'got')))).toMatchObject({ width: 40 });
    expect(statSync(join(folder, 'p.jpg')).isFIFO()).toBe(true);
  });

  test.each([
    'impasto stylize album/a.jpg -s udnie -o painting.jpg',
    'impasto stylize album/a.jpg -s udnie -o - > painting.jpg',
    'impasto styles > painting.jpg',
    'impasto doctor > painting.jpg',
    'impasto export udnie -o - > painting.jpg',
  ])('nothing else appears: %s', async (line) => {
    const folder = folderWithPhoto();
    expect(await shell(line, folder)).toMatchObject({ code: 0 });
    expect(filesIn(folder)).toEqual(['album/a.jpg', 'painting.jpg']);
  });

  test('one that cannot be written leaves what was there', async () => {
    const folder = folderWithPhoto();
    const line = 'ulimit -f 0; trap "" XFSZ; impasto stylize album/a.jpg -s udnie -o old.jpg';
    writeFileSync(join(folder, 'old.jpg'), 'old');
    const { code, stderr } = await shell(line, folder);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^impasto: .*EFBIG/)]);
    expect(readFileSync(join(folder, 'old.jpg'), 'utf8')).toBe('old');
    expect(filesIn(folder)).toEqual(['album/a.jpg', 'old.jpg']);
  });
});

describe('standard input and output', () => {
  test('a photograph comes and a painting goes, in the format that was asked for', async () => {
    const folder = folderWithPhoto();
    const own = await shell('impasto stylize - -s udnie -o - < album/a.jpg', folder);
    expect([own.code, own.stderr]).toEqual([0, '']);
    expect(await pixelsOf(own.stdout)).toMatchObject({ width: 40, height: 30 });
    const png = await shell('cat album/a.jpg | impasto stylize - -s udnie -f png -o -', folder);
    expect(png.stdout.toString('latin1', 1, 4)).toBe('PNG');
  });

  test('a model goes there whole, and a network comes from there', async () => {
    const folder = folderWithPhoto();
    const model = await shell('impasto export udnie -o m.onnx; impasto export udnie -o -', folder);
    const line = Buffer.from('udnie -> m.onnx\n');
    const expected = Buffer.concat([line, readFileSync(join(folder, 'm.onnx'))]);
    expect(model.stdout.equals(expected)).toBe(true);
    const description = '--id own --title Own --artist Me --year 2026 --rights mine';
    const nothing = await shell(`impasto import - ${description} < /dev/null`, folder);
    expect([nothing.code, nothing.stderr]).toEqual([
      1,
      expect.stringMatching(/^impasto: .*safetensors/),
    ]);
  });

  test.each([
    ['album/a.jpg b.jpg -o -', /a folder for 2 paintings, got standard output/],
    ['- -o out/', /a file for a photograph from standard input/],
    ['- -o - --json', /beside --json/],
  ])('stylize %s', async (words, message) => {
    const folder = folderWithPhoto();
    writeFileSync(join(folder, 'b.jpg'), photo);
    const { code, stderr } = await shell(`impasto stylize ${words} < album/a.jpg`, folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('the end of a command', () => {
  test.each([
    'styles',
    'styles --json',
    'doctor',
    'complete bash',
    '--help',
    'stylize album/a.jpg -s udnie -o p.jpg --json',
    'stylize album/a.jpg -s udnie -o -',
    'export udnie -o -',
  ])('nobody reads what it prints: %s', async (words) => {
    const { stderr } = await shell(`impasto ${words} | true`, folderWithPhoto());
    expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s while a large picture is painted: tidy, without a stack trace',
    async (signal, code) => {
      const folder = temporary();
      writeFileSync(join(folder, 'large.jpg'), await jpeg(1600, 1200));
      const child = spawn(
        process.execPath,
        [join(DIST_DIR, 'cli.js'), 'stylize', 'large.jpg', '-s', 'udnie', '-o', 'p.jpg'],
        {
          cwd: folder,
          env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder, WHOLE_PIXELS: '500000' },
        },
      );
      const stderr = text(child.stderr);
      await expect.poll(() => filesIn(folder).length, { interval: 5 }).toBeGreaterThan(1);
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([code, null]);
      expect(await stderr).toBe('');
      await expect.poll(() => readdirSync(folder)).toEqual(['large.jpg']);
      expect(existsSync(join(folder, 'p.jpg'))).toBe(false);
    },
  );
});
