/** What people and programs expect of a command line beside its work. */

import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { thisMachine } from '../../src/host/machine.ts';
import { runImpasto } from '../support/cli.ts';
import { MODELS_DIR, STYLE_COUNT } from '../support/folders.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

interface Finding {
  readonly name: string;
  readonly status: string;
  readonly detail: string;
}

describe('impasto doctor', () => {
  test('says what runs here, and ends well', async () => {
    const { code, stdout, stderr } = await runImpasto(['doctor'], temporary());
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/✓ engine onnx +paints 256 x 256 in \d+ ms, in (?:int8|float32)/);
    expect(stdout).toMatch(/– engine onnx-cuda +ENGINE=onnx-cuda needs an NVIDIA GPU/);
    expect(stdout).toMatch(new RegExp(`✓ models +${STYLE_COUNT} styles`));
    expect(stdout).toMatch(/✓ data folder/);
    expect(stdout).toMatch(/[✓–] ffmpeg +\S/);
    const tensorflow = tensorflowMissing === undefined ? '✓' : '–';
    expect(stdout).toContain(`${tensorflow} engine tensorflow`);
    expect(stdout).toContain(`${tensorflow} training`);
  });

  test('says what the server would choose', async () => {
    const environment = { WORKERS: '3', THREADS: '1', PRECISION: 'float32', DATA_DIR: 'kept' };
    const { stdout } = await runImpasto(['doctor', '--json'], temporary(), environment);
    const server = (JSON.parse(stdout) as Finding[]).find(({ name }) => name === 'server');
    expect(server?.status).toBe('ok');
    expect(server?.detail).toMatch(
      /^would use ENGINE=onnx in float32; WORKERS=3, THREADS=1; WHOLE_PIXELS=\d+; jobs in DATA_DIR=kept; /,
    );
  });

  test('finds a network that is not what its manifest says, and an engine that was asked for', async () => {
    const folder = temporary();
    const models = join(folder, 'models');
    await cp(join(MODELS_DIR, 'starry-night'), join(models, 'starry-night'), { recursive: true });
    await writeFile(join(models, 'starry-night/weights.bin'), 'noise');
    const environment = { MODELS_DIR: models, ENGINE: 'onnx-cuda' };
    const { code, stdout } = await runImpasto(['doctor', '--json'], folder, environment);
    const findings = JSON.parse(stdout) as Finding[];
    const broken = findings.filter(({ status }) => status === 'broken');
    expect(code).toBe(1);
    expect(broken.map(({ name }) => name)).toContain('models');
    expect(broken.find(({ name }) => name === 'models')?.detail).toContain('weights.bin');
    expect(broken.map(({ name }) => name)).toContain('engine onnx-cuda');
    expect(broken.find(({ name }) => name === 'server')?.detail).toContain('ENGINE=onnx-cuda');
  });

  test('says what is wrong with S3', async () => {
    const environment = {
      S3_BUCKET: 'paintings',
      S3_ENDPOINT: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      JOBS_QUEUE_URL: 'http://127.0.0.1:1/jobs',
      WEBHOOKS_QUEUE_URL: 'http://127.0.0.1:1/webhooks',
    };
    const { code, stdout } = await runImpasto(['doctor', '--json'], temporary(), environment);
    const bucket = (JSON.parse(stdout) as Finding[]).find(({ name }) => name === 'S3 bucket');
    expect(bucket).toMatchObject({
      status: 'broken',
      detail: expect.stringContaining('127.0.0.1:1'),
    });
    expect(code).toBe(1);
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('there is a script for %s', async (shell) => {
    const { code, stdout } = await runImpasto(['complete', shell], temporary());
    expect([code, stdout]).toEqual([0, expect.stringContaining('impasto')]);
  });

  test.each([
    [['exp'], 'export'],
    [['stylize', 'photo.jpg', '--style', 'star'], 'starry-night'],
    [['export', 'great'], 'great-wave'],
    [['export', 'great-wave', '--format', 'tf'], 'tflite'],
  ])('%j is completed to %s', async (words, expected) => {
    const { stdout } = await runImpasto(['complete', '--', ...words], temporary());
    expect(stdout.split('\n').map((line) => line.split('\t')[0])).toContain(expected);
  });
});

describe('help', () => {
  test('every command has an example, and exit codes are told', async () => {
    const { stdout } = await runImpasto(['--help'], temporary());
    expect(stdout).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 /);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) .*\S/gm)].map(([, name]) => name!);
    const ours = commands.filter((name) => !['complete', 'help'].includes(name));
    expect(ours.length).toBeGreaterThan(8);
    for (const name of ours) {
      const help = await runImpasto([name, '--help'], temporary());
      expect([name, help.stdout]).toEqual([
        name,
        expect.stringMatching(new RegExp(`Examples?:\\n.*impasto ${name}`)),
      ]);
    }
  });

  test('names every default as a person would write it', async () => {
    const folder = temporary();
    const home = { HOME: folder };
    const { stdout } = await runImpasto(['--help'], folder, home);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) .*\S/gm)].map(([, name]) => name!);
    const texts = commands
      .filter((name) => !['complete', 'help'].includes(name))
      .map(async (name) => {
        const help = await runImpasto([name, '--help'], folder, home);
        return [name, help.stdout.replace(/\s+/g, ' ')] as const;
      });
    const helps = Object.fromEntries(await Promise.all(texts));
    for (const [name, text] of Object.entries(helps)) {
      expect([name, text]).toEqual([name, expect.not.stringMatching(/default: (?:false|true|")/)]);
      expect([name, text]).toEqual([name, expect.not.stringContaining(folder)]);
    }
    expect(helps['train']).toContain('(default: ~/.cache/impasto; env: IMPASTO_CACHE_DIR)');
    const { DEFAULT_STYLE, PORT } = loadConfig(
      {},
      { ...thisMachine(), modelsDir: '', distDir: '' },
    );
    expect(helps['serve']).toContain(`(default: ${PORT}; env: PORT)`);
    for (const name of ['stylize', 'sign']) {
      expect(helps[name]).toMatch(
        new RegExp(`--style <style> .*?DEFAULT_STYLE, .*?${DEFAULT_STYLE}`),
      );
      expect(helps[name]).toContain('(default: jpeg 90, webp 85, avif 65)');
      expect(helps[name]).toMatch(/--format <format> format of the painting \(.*?; default: what /);
    }
  });
});

test('outcomes of stylize can be read by programs', async () => {
  const folder = temporary();
  await writeFile(join(folder, 'a.jpg'), await jpeg(40, 30));
  await writeFile(join(folder, 'b.jpg'), 'no picture');
  const words = ['stylize', 'a.jpg', 'b.jpg', '-o', 'out/', '--json'];
  const { code, stdout, stderr } = await runImpasto(words, folder);
  expect([code, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toEqual([
    {
      photo: join(folder, 'a.jpg'),
      style: 'starry-night',
      painting: 'out/a.jpg',
      width: 40,
      height: 30,
      bytes: expect.any(Number),
      ms: expect.any(Number),
    },
    {
      photo: join(folder, 'b.jpg'),
      style: 'starry-night',
      error: expect.stringContaining('Expected'),
    },
  ]);
});
