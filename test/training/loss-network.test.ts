import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { type Tensor, tensorOf, type Weights } from '../../src/network/weights.ts';
import { toTensor } from '../../src/training/crops.ts';
import { download } from '../../src/training/loss-network/download.ts';
import { FEATURE_LAYERS } from '../../src/training/loss-network/loss-network.ts';
import { vgg19Weights } from '../../src/training/loss-network/names.ts';
import { openLossNetwork } from '../../src/training/loss-network/open.ts';
import { hdf5Missing, tensorflowMissing } from '../support/installed.ts';
import { narrowVgg19, randomDistilled, randomVgg } from '../support/loss-network.ts';
import { randomPicture } from '../support/random.ts';

const WEIGHTS = narrowVgg19();
const CONVOLUTIONS = [...new Set([...WEIGHTS.keys()].map((name) => name.split('/')[0]!))];

/** Where torchvision's `features` has VGG19's convolutions. */
const TORCHVISION = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function renamed(name: (convolution: string, part: 'kernel' | 'bias') => string): Weights {
  return new Map(
    CONVOLUTIONS.flatMap((convolution) =>
      (['kernel', 'bias'] as const).map((part): [string, Tensor] => [
        name(convolution, part),
        tensorOf(WEIGHTS, `${convolution}/${part}`),
      ]),
    ),
  );
}

const keras = (convolution: string) => convolution.replace(/conv(\d)_(\d)/, 'block$1_conv$2');

function torchvision(): Weights {
  const tensors = renamed(
    (convolution, part) =>
      `features.${TORCHVISION[CONVOLUTIONS.indexOf(convolution)]}.${part === 'bias' ? part : 'weight'}`,
  );
  return new Map(
    [...tensors].map(([name, { shape, data }]) => {
      if (shape.length === 1) return [name, { shape, data }];
      const [h = 0, w = 0, i = 0, o = 0] = shape;
      const turned = Float32Array.from(data, (_, index) => {
        const [x, y] = [index % w, Math.floor(index / w) % h];
        const [from, to] = [Math.floor(index / (w * h)) % i, Math.floor(index / (w * h * i))];
        return data[((y * w + x) * i + from) * o + to]!;
      });
      return [name, { shape: [o, i, h, w], data: turned }];
    }),
  );
}

describe('names', () => {
  test.each([
    ['our own', WEIGHTS, 'caffe'],
    ['Keras', renamed((conv, part) => `${keras(conv)}/${part}`), 'caffe'],
    [
      'Keras 2 in HDF5',
      renamed((conv, part) => `${keras(conv)}/${keras(conv)}/${part}:0`),
      'caffe',
    ],
    [
      'Keras 1 in HDF5',
      renamed((conv, part) => `${keras(conv)}/${keras(conv)}_${part === 'bias' ? 'b' : 'W'}_1:0`),
      'caffe',
    ],
    ['torchvision', torchvision(), 'torchvision'],
  ])('%s', (_, tensors, convention) => {
    expect(vgg19Weights(tensors)).toEqual({ weights: WEIGHTS, convention });
  });

  test('what is missing is named', () => {
    const short = new Map(WEIGHTS);
    short.delete('conv4_3/kernel');
    expect(() => vgg19Weights(short)).toThrow(/conv4_3\/kernel/);
    expect(() => vgg19Weights(new Map([['a', tensorOf(WEIGHTS, 'conv1_1/bias')]]))).toThrow(
      /tensors of VGG19 .*found a/,
    );
  });
});

describe.skipIf(tensorflowMissing !== undefined)('opening a loss network', () => {
  beforeAll(async () => {
    await loadTensorflow();
  });

  const open = (place: string) => openLossNetwork(place, { cacheDir: join(folder, 'cache') });
  const energies = async (place: string) => {
    const network = await open(place);
    const features = network.features(toTensor(randomPicture(48, 40, 1)), FEATURE_LAYERS);
    const sums = FEATURE_LAYERS.map((layer) => {
      const values = features.get(layer)!.dataSync<'float32'>();
      return values.reduce((sum, value) => sum + value * value, 0) / values.length;
    });
    return { name: network.name, sums, shapes: FEATURE_LAYERS.map((l) => features.get(l)!.shape) };
  };
  const layersModel = async (into: string, tensors = renamed((c, p) => `${keras(c)}/${p}`)) => {
    await mkdir(into, { recursive: true });
    const weights = [...tensors].map(([name, { shape }]) => ({ name, shape, dtype: 'float32' }));
    const paths = ['group1-shard1of2', 'group1-shard2of2'];
    const bytes = Buffer.concat([...tensors].map(([, { data }]) => Buffer.from(data.buffer)));
    await writeFile(join(into, paths[0]!), bytes.subarray(0, 5000));
    await writeFile(join(into, paths[1]!), bytes.subarray(5000));
    const model = { modelTopology: {}, weightsManifest: [{ paths, weights }] };
    await writeFile(join(into, 'model.json'), JSON.stringify(model));
  };

  test('safetensors, a folder with it, and a layers model give the same features', async () => {
    await writeFile(join(folder, 'vgg19.safetensors'), writeSafetensors(WEIGHTS));
    await layersModel(join(folder, 'layers'));
    const expected = await energies(join(folder, 'vgg19.safetensors'));
    expect(expected.shapes.map(([, h, w, c]) => [h, w, c])).toEqual([
      [40, 48, 4],
      [20, 24, 6],
      [10, 12, 8],
      [5, 6, 10],
      [5, 6, 10],
      [2, 3, 10],
    ]);
    expect(await energies(folder).catch((error: Error) => error.message)).toEqual(expected);
    expect(await energies(join(folder, 'layers'))).toEqual(expected);
    expect(await energies(join(folder, 'layers/model.json'))).toEqual(expected);
  });

  test('torchvision’s weights are given torchvision’s input', async () => {
    await writeFile(join(folder, 'a.safetensors'), writeSafetensors(torchvision()));
    await writeFile(join(folder, 'b.safetensors'), writeSafetensors(WEIGHTS));
    const [theirs, caffe] = [
      await energies(join(folder, 'a.safetensors')),
      await energies(join(folder, 'b.safetensors')),
    ];
    expect(theirs.sums[0]! * 100).toBeLessThan(caffe.sums[0]!);
  });

  test.skipIf(hdf5Missing !== undefined)('Keras’ HDF5 file, and a damaged one', async () => {
    const hdf5 = await import('h5wasm/node');
    await hdf5.ready;
    const path = join(folder, 'vgg19_notop.h5');
    const file = new hdf5.File(path, 'w');
    for (const convolution of CONVOLUTIONS) {
      const group = file.create_group(keras(convolution)).create_group(keras(convolution));
      for (const part of ['kernel', 'bias']) {
        const { shape, data } = tensorOf(WEIGHTS, `${convolution}/${part}`);
        group.create_dataset({ name: `${part}:0`, data, shape: [...shape] });
      }
    }
    file.close();
    await writeFile(join(folder, 'own.safetensors'), writeSafetensors(WEIGHTS));
    expect(await energies(path)).toEqual(await energies(join(folder, 'own.safetensors')));
    await truncate(path, 3000);
    await expect(open(path)).rejects.toThrow(/damaged or short/);
    await writeFile(path, 'not HDF5');
    await expect(open(path)).rejects.toThrow(/Expected an HDF5 file/);
  });

  test('what does not fit is said', async () => {
    await expect(open(join(folder, 'nowhere'))).rejects.toThrow(/nowhere, found none/);
    await expect(open(folder)).rejects.toThrow(/model\.json, one .* found nothing/);
    await writeFile(join(folder, 'vgg.pth'), 'x');
    await expect(open(join(folder, 'vgg.pth'))).rejects.toThrow(/\.safetensors, \.h5, \.json/);
    await layersModel(join(folder, 'short'));
    await truncate(join(folder, 'short/group1-shard2of2'), 100);
    await expect(open(join(folder, 'short'))).rejects.toThrow(/Expected \d+ bytes .*found 5100/);
    await writeFile(join(folder, 'short/model.json'), '{}');
    await expect(open(join(folder, 'short'))).rejects.toThrow(/layers model/);
    const misshapen = new Map(WEIGHTS);
    misshapen.set('conv2_1/kernel', { shape: [3, 3, 5, 6], data: new Float32Array(270) });
    await writeFile(join(folder, 'm.safetensors'), writeSafetensors(misshapen));
    await expect(open(join(folder, 'm.safetensors'))).rejects.toThrow(/conv2_1 .*k, k, 4, out/);
    await writeFile(join(folder, 't.safetensors'), writeSafetensors(WEIGHTS).subarray(0, -9));
    await expect(open(join(folder, 't.safetensors'))).rejects.toThrow(/Expected \d+ bytes/);
  });

  test('the hybrid’s two files in one folder', async () => {
    const write = (name: string, weights: Weights) =>
      writeFile(join(folder, name), writeSafetensors(weights));
    await write('vgg19_conv1_1-conv3_4.safetensors', randomVgg());
    await write('distilled_vgg19_5SE.safetensors', randomDistilled());
    expect((await open(folder)).contentLayer).toBe('relu4_1');
  });

  test('from the web: a layers model with its shards', async () => {
    await layersModel(join(folder, 'layers'));
    const { readFile } = await import('node:fs/promises');
    const server = await listening(async (request, response) => {
      const body = await readFile(join(folder, 'layers', request.url!.slice('/m/'.length)));
      response.end(body);
    });
    const url = `${addressOf(server)}/m/model.json`;
    expect(await energies(url)).toEqual(await energies(join(folder, 'layers')));
    server.close();
    expect((await energies(url)).name).toBe('VGG19');
  });
});

describe('downloads', () => {
  const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => i % 251));
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;

  test('one that breaks off goes on from there', async () => {
    const ranges: (string | undefined)[] = [];
    const server = await listening((request, response) => {
      const { range } = request.headers;
      ranges.push(range);
      const begin = Number(range?.match(/bytes=(\d+)-/)?.[1] ?? 0);
      response.statusCode = begin > 0 ? 206 : 200;
      response.setHeader('content-length', content.length - begin);
      if (begin > 0) {
        response.setHeader(
          'content-range',
          `bytes ${begin}-${content.length - 1}/${content.length}`,
        );
        response.end(content.subarray(begin));
        return;
      }
      response.write(content.subarray(0, 20_000), () => setTimeout(() => response.destroy(), 100));
    });
    const options = { cacheDir: folder, digest };
    const url = `${addressOf(server)}/vgg19.h5`;
    await expect(download(url, options)).rejects.toThrow(/broke off after 20000 bytes; run again/);
    const seen: (number | undefined)[][] = [];
    const path = await download(url, {
      ...options,
      onProgress: (received, total) => seen.push([received, total]),
    });
    const { readFile } = await import('node:fs/promises');
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=20000-']);
    expect(seen.at(-1)).toEqual([50_000, 50_000]);
    server.close();
    expect(await download(url, options)).toBe(path);
  });

  test('a server that knows no ranges is read from the start', async () => {
    let calls = 0;
    const server = await listening((_, response) => {
      calls += 1;
      response.setHeader('content-length', content.length);
      if (calls === 1)
        response.write(content.subarray(0, 9), () => setTimeout(() => response.destroy(), 50));
      else response.end(content);
    });
    const url = `${addressOf(server)}/x`;
    await expect(download(url, { cacheDir: folder, digest })).rejects.toThrow(/broke off/);
    await download(url, { cacheDir: folder, digest });
    server.close();
  });

  test('another digest, another status and nobody there are told', async () => {
    const server = await listening((request, response) => {
      response.statusCode = request.url === '/gone' ? 404 : 200;
      response.end(content);
    });
    const url = addressOf(server);
    const wrong = `sha256:${'0'.repeat(64)}`;
    await expect(download(`${url}/x`, { cacheDir: folder, digest: wrong })).rejects.toThrow(
      /digest sha256:0{64}, found [0-9a-f]{64}/,
    );
    expect(
      (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('x')),
    ).toEqual([]);
    await expect(download(`${url}/gone`, { cacheDir: folder })).rejects.toThrow(/was 404/);
    server.close();
    await expect(download(`${url}/y`, { cacheDir: folder })).rejects.toThrow(
      /could not be reached/,
    );
  });
});

async function listening(handler: RequestListener): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
