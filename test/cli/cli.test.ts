/** The command line as a person runs it: a process, files, exit codes. */

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { graphModel, readGraphModel } from '../../src/formats/tensorflow/graph-model.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { runImpasto } from '../support/cli.ts';
import { MODELS_DIR, STYLE_COUNT } from '../support/folders.ts';
import { HOSTILE_STYLES } from '../support/hostile-styles.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { randomDistilled, randomVgg } from '../support/loss-network.ts';
import { jpeg, picture, pixelsOf } from '../support/pictures.ts';
import { randomWeights } from '../support/random.ts';
import { tfliteRuntime } from '../support/tflite.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

const impasto = (args: string[], environment: Record<string, string> = {}) =>
  runImpasto(args, folder, environment);

describe('impasto stylize', () => {
  test('one photograph to one file, in the format of its name', async () => {
    await writeFile(join(folder, 'photo.jpg'), await jpeg(60, 40));
    const outcome = await impasto([
      'stylize',
      'photo.jpg',
      '--style',
      'udnie',
      '-o',
      'new/painting.webp',
      '--max-size',
      '30',
    ]);
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
    const painting = await readFile(join(folder, 'new/painting.webp'));
    expect(painting.toString('latin1', 8, 12)).toBe('WEBP');
    expect(await pixelsOf(painting)).toMatchObject({ width: 30, height: 20 });
  });

  test('files, a folder and a pattern into a folder; one bad file does not stop the rest', async () => {
    await mkdir(join(folder, 'in/deep'), { recursive: true });
    await writeFile(join(folder, 'in/a.jpg'), await jpeg());
    await writeFile(join(folder, 'in/b.PNG'), await picture().png().toBuffer());
    await writeFile(join(folder, 'in/notes.txt'), 'not a photograph');
    await writeFile(join(folder, 'in/deep/c.jpg'), await jpeg());
    await writeFile(join(folder, 'broken.jpg'), (await jpeg()).subarray(0, 300));
    const outcome = await impasto([
      'stylize',
      'in',
      'in/a.jpg',
      './in/**/c.*',
      'broken.jpg',
      '-o',
      'out',
    ]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/broken\.jpg: Expected a complete JPEG/);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['a.jpg', 'b.png', 'deep']);
    expect(await readdir(join(folder, 'out/deep'))).toEqual(['c.jpg']);
  });

  test.each([
    [
      ['stylize', 'missing.jpg', '-o', 'a.jpg'],
      2,
      /Expected photographs at missing\.jpg, found none/,
    ],
    [['stylize', '*.jpg', '-o', 'a.jpg'], 2, /Expected a folder for 2 paintings, got a\.jpg/],
    [['stylize', '1.jpg', '-o', 'a.bmp'], 2, /\.jpg, \.png, \.webp or \.avif/],
    [['stylize', '1.jpg', 'sub/1.jpg', '-o', 'out'], 2, /photographs of different names/],
    [
      ['stylize', '1.jpg', '-o', 'a.jpg', '--style', 'bob-ross'],
      1,
      /Expected one of .*starry-night.*, got "bob-ross"/,
    ],
    [['stylize', '1.jpg', '-o', 'a.jpg', '--style', 'udnie:0.3'], 2, /add up to 1, got 0\.3/],
    [['stylize', '1.jpg', '-o', 'a.jpg', '--strength', 'NaN'], 2, /a number from 0 to 1/],
    [['stylize', '1.jpg', '-o', 'a.jpg', '--max-size', '1.5'], 2, /a whole number from 1/],
    [['stylize', '1.jpg', '-o', '.'], 2, /Expected another place for \. than that of/],
    [['stylize', '1.jpg', '-o', '1.jpg'], 2, /Expected another place for .*1\.jpg\./],
    [['stylize', '1.jpg', '-f', 'png', '-o', 'a.jpg'], 2, /a file name for png/],
    [['stylize', '*.jpg', '--name', 'a.{ext}'], 2, /\{name\} in the names of several photographs/],
    [['stylize', '1.jpg', '--all-styles', '--name', 'a.jpg'], 2, /\{style\} in the names/],
    [
      ['stylize', '1.jpg', '--all-styles', '-o', 'a.jpg'],
      2,
      new RegExp(`a folder for ${STYLE_COUNT} paintings`),
    ],
    [['stylize', '1.jpg', '--all-styles', '--style', 'udnie'], 2, /cannot be used with/],
    [['stylize', '1.jpg', '--name', '{title}.jpg'], 2, /such as "\{name\}-\{style\}\.\{ext\}"/],
    [['stylize', '1.jpg', '--name', '{name}.bmp'], 2, /\.jpg, \.png, \.webp or \.avif/],
    [['stylize', '1.jpg', '--name', 'a.jpg', '-o', 'b.jpg'], 2, /a folder for paintings named by/],
    [['stylize', '1.jpg', '--name', '1.jpg'], 1, /Expected another place for .*1\.jpg than/],
    [['stylize', '1.jpg', '--watch'], 2, /a folder to watch, got 1\.jpg/],
    [['stylize', 'sub', '--watch', '-o', 'a.jpg'], 2, /a folder for the paintings/],
    [['stylise', '1.jpg'], 2, /unknown command.*stylise/],
  ])('%j', async (args, code, message) => {
    await mkdir(join(folder, 'sub'));
    for (const name of ['1.jpg', '2.jpg', 'sub/1.jpg'])
      await writeFile(join(folder, name), await jpeg(24, 24));
    const outcome = await impasto(args);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
  });
});

test('impasto styles lists what there is, for people and for programs', async () => {
  const people = await impasto(['styles']);
  expect(people.stdout).toMatch(/starry-night\s+The Starry Night, Vincent van Gogh, 1889/);
  const programs = await impasto(['styles', '--json']);
  expect(JSON.parse(programs.stdout)[0]).toHaveProperty('digest');
});

test('impasto --help shows every command', async () => {
  const { stdout, code } = await impasto(['--help']);
  for (const command of ['serve', 'stylize', 'styles', 'import', 'quantize', 'export'])
    expect(stdout).toContain(command);
  expect(code).toBe(0);
});

test('impasto stylize with an engine that is not there says what to install', async () => {
  await writeFile(join(folder, 'photo.jpg'), await jpeg());
  const { code, stderr } = await impasto(['stylize', 'photo.jpg', '-o', 'a.jpg'], {
    ENGINE: 'caffe',
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/ENGINE.*"onnx".*"tensorflow", got caffe/);
});

describe('impasto quantize', () => {
  const weights = randomWeights(trunkNetwork({ stem: 8, trunk: 12, blocks: 1 }), 1);
  const description = '--id own --title Own --artist Me --year 2026 --rights mine'.split(' ');

  test('calibrates a style and keeps what changes in its manifest and card', async () => {
    const environment = { MODELS_DIR: join(folder, 'models') };
    await mkdir(join(folder, 'photos'));
    await mkdir(join(folder, 'others'));
    await writeFile(join(folder, 'photos/1.jpg'), await jpeg(80, 60));
    await writeFile(join(folder, 'others/1.jpg'), await jpeg(60, 90));
    await writeFile(join(folder, 'w.safetensors'), writeSafetensors(weights));
    await impasto(['import', 'w.safetensors', ...description], environment);
    const outcome = await impasto(['quantize', '--photos', 'photos', '--check', 'others'], {
      ...environment,
      DEFAULT_STYLE: 'own',
    });
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^own: [\d.]+ of 255, PSNR [\d.]+ dB, [\d.]+ where even, \d+ convolutions in 8 bits/,
      ),
    });
    const style = join(folder, 'models/own');
    const { int8, digest } = JSON.parse(await readFile(join(style, 'style.json'), 'utf8'));
    expect(int8).toMatchObject({
      photographs: 1,
      size: 90,
      evenDifference: expect.any(Number),
    });
    const ranges = JSON.parse(await readFile(join(style, 'ranges.json'), 'utf8'));
    expect(ranges.digest).toBe(digest);
    expect(await readFile(join(style, 'README.md'), 'utf8')).toContain(
      `${int8.difference.toFixed(2)} of 255`,
    );
  });

  test('a folder without photographs and a style that is not there are explained', async () => {
    await mkdir(join(folder, 'empty'));
    const empty = await impasto(['quantize', 'udnie', '--photos', 'empty', '--check', 'empty']);
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringMatching(/empty/)]);
    const unknown = await impasto(['quantize', 'nobody', '--photos', 'x', '--check', 'x']);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/got "nobody"/)]);
  });
});

describe('impasto distill', () => {
  if (tensorflowMissing !== undefined) return test.skip(tensorflowMissing, () => {});

  test('gives a style a lighter network, which is checked when it is read', async () => {
    const network = trunkNetwork({ stem: 6, trunk: 9, blocks: 1 });
    const description = '--id own --title Own --artist Me --year 2026 --rights mine'.split(' ');
    const models = join(folder, 'models');
    const environment = { MODELS_DIR: models, DEFAULT_STYLE: 'own' };
    for (const name of ['photos', 'others']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, '1.jpg'), await jpeg(80, 60));
    }
    await writeFile(join(folder, 'w.safetensors'), writeSafetensors(randomWeights(network, 1)));
    await impasto(['import', 'w.safetensors', ...description], environment);
    const folders = ['--photos', 'photos', '--check', 'others'];
    const short = ['--steps', '2', '--batch', '1', '--crop', '32'];
    const outcome = await impasto(['distill', ...folders, ...short], environment);
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^own: [\d.]+ of 255, PSNR [\d.]+ dB$/m),
    });
    const catalog = await openCatalog(models);
    const style = catalog.get('own');
    expect(style.light).toMatchObject({ network: 'impasto-4-6-1', steps: 2, photographs: 1 });
    const light = await catalog.loadLight(style);
    expect(light.network.name).toBe('impasto-4-6-1');
    expect(await readFile(join(models, 'own/README.md'), 'utf8')).toContain('## Light');
    await writeFile(join(models, 'own/light/weights.bin'), 'noise');
    await expect(catalog.loadLight(style)).rejects.toThrow(/SHA-256/);
  });
});

describe('impasto import and export', () => {
  const weights = randomWeights(trunkNetwork({ stem: 8, trunk: 12, blocks: 1 }), 1);
  const description = [
    '--id',
    'test-style',
    '--title',
    'Test',
    '--artist',
    'Nobody',
    '--year',
    '2026',
    '--rights',
    'own work',
  ];

  test('a network goes in as safetensors and comes out as it was stored', async () => {
    await writeFile(join(folder, 'w.safetensors'), writeSafetensors(weights));
    const environment = { MODELS_DIR: folder, DEFAULT_STYLE: 'test-style' };
    const log = [
      {
        style: 'w',
        steps: 3,
        batch: 2,
        arguments: { crop: 8, content_weight: 1, style_weight: 2, tv_weight: 3, lr: 0.1 },
        log: [[3, 1, 0.5, 0.25]],
      },
    ];
    await writeFile(join(folder, 'log.json'), JSON.stringify(log));
    const imported = await impasto(
      ['import', 'w.safetensors', ...description, '--training-log', 'log.json'],
      environment,
    );
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect((await readdir(join(folder, 'test-style'))).sort()).toEqual([
      'README.md',
      'model.json',
      'preview.jpg',
      'style.json',
      'weights.bin',
    ]);

    const catalog = await openCatalog(folder);
    expect(catalog.get('test-style').training).toMatchObject({
      steps: 3,
      losses: [[3, 0.5, 0.25]],
    });
    const stored = await catalog.load(catalog.get('test-style'));
    const half = graphModel(stored.network, weights, 'float16');
    expect(stored.weights).toEqual(readGraphModel(half.model, half.weightData));

    expect(
      await impasto(['export', 'test-style', '-f', 'tfjs', '-o', 'tfjs'], environment),
    ).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'tfjs/weights.bin'))).toEqual(
      await readFile(join(folder, 'test-style/weights.bin')),
    );
  });

  test('a mix is exported as an ONNX file that runs', async () => {
    const { code } = await impasto(['export', 'udnie:0.5,great-wave:0.5', '-o', 'mix.onnx']);
    expect(code).toBe(0);
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(join(folder, 'mix.onnx'));
    const image = new Tensor('uint8', new Uint8Array(36 * 40 * 3), [1, 36, 40, 3]);
    const { painting } = await session.run({ image });
    expect(painting?.dims).toEqual([1, 36, 40, 3]);
  });

  test('a calibrated style is exported in 8 bits, uint8 in and out; nothing else is', async () => {
    const asInt8 = ['--precision', 'int8', '-o', 'style.onnx'];
    expect(await impasto(['export', 'little-blue-horse', ...asInt8])).toMatchObject({ code: 0 });
    const file = await readFile(join(folder, 'style.onnx'));
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(file);
    const image = new Tensor('uint8', new Uint8Array(36 * 40 * 3), [1, 36, 40, 3]);
    expect((await session.run({ image }))['painting']?.type).toBe('uint8');
    await impasto(['export', 'little-blue-horse', '-o', 'float32.onnx']);
    const { byteLength } = await readFile(join(folder, 'float32.onnx'));
    expect(file.byteLength).toBeLessThan(byteLength / 3);
    for (const args of [
      ['udnie:0.5,great-wave:0.5', ...asInt8],
      ['udnie:0.5,great-wave:0.5', '-f', 'tflite', '-o', 'mix.tflite'],
      ['little-blue-horse', '-f', 'tfjs', ...asInt8],
    ]) {
      const { code, stderr } = await impasto(['export', ...args]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/expected one calibrated style in ONNX/),
      ]);
    }
  });

  test('a TensorFlow Lite file paints pictures of the size that was asked for', async () => {
    const asked = ['export', 'udnie', '-f', 'tflite', '--size'];
    expect(await impasto([...asked, '40x36', '-o', 'style.tflite'])).toMatchObject({ code: 0 });
    const runtime = await tfliteRuntime();
    const model = await runtime.load(await readFile(join(folder, 'style.tflite')));
    expect([model.input, model.output]).toEqual([
      { name: 'image', type: 'uint8', shape: [1, 36, 40, 3] },
      { name: 'painting', type: 'uint8', shape: [1, 36, 40, 3] },
    ]);
    for (const size of ['640', '35x40', '0x100', 'axb']) {
      const { code, stderr } = await impasto([...asked, size, '-o', 'x.tflite']);
      expect([code, stderr]).toEqual([2, expect.stringContaining('such as "640x480"')]);
    }
  });

  test('what is no network is refused, and nothing is left behind', async () => {
    const broken = new Map(weights);
    broken.delete('up/beta');
    await writeFile(join(folder, 'broken.safetensors'), writeSafetensors(broken));
    await writeFile(join(folder, 'noise.safetensors'), 'noise, and nothing but noise');
    for (const [file, message] of [
      ['broken', /Expected a tensor named up\/beta, found none/],
      ['noise', /Expected a safetensors header/],
      ['missing', /ENOENT/],
    ] as const) {
      const outcome = await impasto(['import', `${file}.safetensors`, ...description], {
        MODELS_DIR: folder,
      });
      expect([outcome.code, outcome.stderr]).toEqual([1, expect.stringMatching(message)]);
    }
    expect((await readdir(folder)).sort()).toEqual(['broken.safetensors', 'noise.safetensors']);
  });

  test('an id that cannot be one and a log that is no JSON are explained', async () => {
    await writeFile(join(folder, 'w.safetensors'), writeSafetensors(weights));
    await writeFile(join(folder, 'log.json'), '{');
    const id = await impasto(['import', 'w.safetensors', ...description, '--id', 'Bad Id']);
    expect([id.code, id.stderr]).toEqual([2, expect.stringMatching(/letters, digits and hyphens/)]);
    const log = await impasto([
      'import',
      'w.safetensors',
      ...description,
      '--training-log',
      'log.json',
    ]);
    expect([log.code, log.stderr]).toEqual([1, expect.stringMatching(/a training log in JSON/)]);
    expect(id.stderr + log.stderr).not.toMatch(/^\s+at /m);
  });

  test('a training log without the run is refused', async () => {
    await writeFile(join(folder, 'w.safetensors'), writeSafetensors(weights));
    await writeFile(join(folder, 'log.json'), '[{"style":"other"}]');
    const outcome = await impasto(
      ['import', 'w.safetensors', ...description, '--training-log', 'log.json'],
      { MODELS_DIR: folder },
    );
    expect([outcome.code, outcome.stderr]).toEqual([
      1,
      expect.stringMatching(/training run named "w"/),
    ]);
  });
});

describe.skipIf(tensorflowMissing !== undefined)('impasto train', () => {
  const train = async (...more: string[]) => {
    await mkdir(join(folder, 'photos'), { recursive: true });
    await mkdir(join(folder, 'models'), { recursive: true });
    await writeFile(join(folder, 'photos/a.jpg'), await jpeg(90, 80, 1));
    await writeFile(join(folder, 'photos/b.jpg'), await jpeg(80, 90, 2));
    await writeFile(join(folder, 'painting.jpg'), await jpeg(96, 96, 3));
    await writeFile(
      join(folder, 'vgg19_conv1_1-conv3_4.safetensors'),
      writeSafetensors(randomVgg()),
    );
    await writeFile(
      join(folder, 'distilled_vgg19_5SE.safetensors'),
      writeSafetensors(randomDistilled()),
    );
    await cp(join(MODELS_DIR, 'starry-night'), join(folder, 'models/starry-night'), {
      recursive: true,
    });
    const identity = [
      '--id',
      'new',
      '--title',
      'T',
      '--artist',
      'A',
      '--year',
      '1',
      '--rights',
      'R',
    ];
    const small = [
      '--batch',
      '1',
      '--crop',
      '48',
      '--painting-size',
      '64',
      '--photos',
      'photos',
      '--loss-network',
      '.',
    ];
    return impasto(['train', 'painting.jpg', ...identity, ...small, ...more], {
      MODELS_DIR: 'models',
    });
  };

  test('30 steps on a painting it never saw: the loss falls and the style paints', async () => {
    const outcome = await train(
      '--steps',
      '30',
      '--log',
      'log.csv',
      '--checkpoint',
      'c.safetensors',
      '--learning-rate',
      '0.005',
    );
    expect([outcome.code, outcome.stdout]).toEqual([
      0,
      expect.stringContaining('new: T, after 30 steps'),
    ]);
    const rows = (await readFile(join(folder, 'log.csv'), 'utf8')).trim().split('\n').slice(1);
    const style = rows.map((row) => Number(row.split(',')[3]));
    expect(style.length).toBe(30);
    const mean = (part: number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(style.slice(-8))).toBeLessThan(mean(style.slice(0, 8)) * 0.9);
    const painted = await impasto(['stylize', 'photos/a.jpg', '--style', 'new', '-o', 'out.png'], {
      MODELS_DIR: 'models',
    });
    expect(painted.code).toBe(0);
    expect(await pixelsOf(await readFile(join(folder, 'out.png')))).toMatchObject({
      width: 90,
      height: 80,
    });
  }, 120_000);

  test('learn begins with the nearest style and needs no more than a picture, its id and its rights', async () => {
    // For the files that it makes.
    await train('--help');
    const args = ['learn', 'painting.jpg', '--id', 'quick', '--rights', 'R', '--steps', '2'];
    const settings = { MODELS_DIR: 'models', LOSS_NETWORK: '.' };
    const lacking = await impasto(args, settings);
    expect([lacking.code, lacking.stderr]).toEqual([2, expect.stringContaining('--photos')]);
    const learned = await impasto(args, { ...settings, TRAINING_PHOTOS_DIR: 'photos' });
    expect(learned).toMatchObject({ code: 0, stdout: expect.stringContaining('step 2/2') });
    const style = (await openCatalog(join(folder, 'models'))).get('quick');
    expect(style).toMatchObject({ title: 'quick', artist: 'Unknown', rights: 'R' });
    expect(style.training).toMatchObject({ steps: 2, trainer: 'impasto learn' });
    expect(style.int8).toMatchObject({ photographs: 1, psnr: expect.any(Number) });
    const plain = { ...settings, TRAINING_PHOTOS_DIR: 'photos' };
    expect(await impasto([...args, '--no-int8'], plain)).toMatchObject({ code: 0 });
    expect((await openCatalog(join(folder, 'models'))).get('quick').int8).toBeUndefined();
  }, 240_000);

  const refused = Object.entries(HOSTILE_STYLES).filter(([, { problem }]) => problem);
  test.each(refused)(
    'learn says in a sentence why nothing comes of a picture that is %s',
    async (_, style) => {
      await train('--help');
      await writeFile(join(folder, 'hostile'), await style.file());
      const outcome = await impasto(
        ['learn', 'hostile', '--id', 'none', '--rights', 'R', '--steps', '1'],
        { MODELS_DIR: 'models', LOSS_NETWORK: '.', TRAINING_PHOTOS_DIR: 'photos' },
      );
      expect([outcome.code, outcome.stderr]).toEqual([
        1,
        expect.stringMatching(/^impasto: Expected /m),
      ]);
      expect(outcome.stderr).not.toMatch(/^\s+at /m);
    },
    120_000,
  );

  test('two workers train together, with samples and event files on the way', async () => {
    const outcome = await train(
      ...['--steps', '3', '--batch', '2', '--workers', '2', '--worker-timeout', '60'],
      ...['--samples', 'samples', '--sample-every', '2', '--tensorboard', 'events'],
    );
    expect([outcome.code, outcome.stdout]).toEqual([
      0,
      expect.stringMatching(/step 3\/3(.|\n)*new: T, after 3 steps \(both engines agree/),
    ]);
    expect(await readdir(join(folder, 'samples'))).toEqual(['step-000002.jpg']);
    expect((await readdir(join(folder, 'events'))).length).toBe(1);
    expect(await readdir(join(folder, 'models/new'))).toContain('losses.svg');
  }, 120_000);

  test.each([
    [['--batch', '3', '--workers', '2'], /--batch that 2 workers can share, got 3/],
    [['--crop', '64..'], /from 32 to 1024/],
    [['--crop', '1..2..3'], /two such as "96..224"/],
    [['--layer-weights', 'relu9_9:1'], /relu1_1, .*got "relu9_9:1"/],
    [['--scales', '3'], /at least 128 pixels for 3 scales, got 48/],
    [['--masks', 'photos'], /--attention above 0/],
    [['--rank', '1', '--workers', '2', '--batch', '2'], /--rendezvous beside --rank/],
    [['--loss-network-digest', 'abc'], /sha256:/],
  ])('%j is explained', async (more, message) => {
    const outcome = await train('--steps', '1', ...more);
    expect([outcome.code, outcome.stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
  });

  test('optimize paints one photograph by the original method', async () => {
    await train('--steps', '1');
    const outcome = await impasto([
      ...['optimize', 'photos/a.jpg', 'painting.jpg', '--loss-network', '.', '-o', 'slow.png'],
      ...['--iterations', '4', '--painting-size', '64', '--max-size', '64'],
    ]);
    expect([outcome.code, outcome.stdout]).toEqual([
      0,
      expect.stringMatching(/slow.png: 4 iterations, loss [\d.]+/),
    ]);
    expect(await pixelsOf(await readFile(join(folder, 'slow.png')))).toMatchObject({
      width: 64,
      height: 57,
    });
  }, 120_000);

  test('a loss network that is not there is named', async () => {
    const outcome = await train('--steps', '1', '--loss-network', 'nowhere');
    expect([outcome.code, outcome.stderr]).toEqual([1, expect.stringMatching(/nowhere/)]);
  });
});

test('what ships can be imported again from an export', async () => {
  const catalog = await openCatalog(MODELS_DIR);
  const { weights } = await catalog.load(catalog.get('udnie'));
  await writeFile(join(folder, 'udnie.safetensors'), writeSafetensors(weights));
  const args = ['--id', 'again', '--title', 'T', '--artist', 'A', '--year', '1', '--rights', 'R'];
  expect(
    await impasto(['import', 'udnie.safetensors', ...args], { MODELS_DIR: folder }),
  ).toMatchObject({ code: 0 });
  expect(await readFile(join(folder, 'again/weights.bin'))).toEqual(
    await readFile(join(MODELS_DIR, 'udnie/weights.bin')),
  );
});
