/** The direction of dependencies, and where each native library may be imported. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** From the ground up: a file may import from its own layer and from those before it. */
const LAYERS = [
  ['src/errors.ts'],
  ['src/concurrency/', 'src/host/', 'src/telemetry/', 'src/pictures/'],
  ['src/network/', 'src/rasters/', 'src/options/'],
  ['src/formats/'],
  ['src/images/', 'src/engines/', 'src/storage/', 'src/playground/'],
  ['src/queues/', 'src/styles/', 'src/sources/', 'src/access/', 'src/video/'],
  ['src/config/'],
  ['src/stylization/', 'src/training/'],
  ['src/results/'],
  ['src/jobs/'],
  ['src/webhooks/'],
  ['src/services/'],
  ['src/http/'],
  ['src/runtime/', 'src/library/'],
  ['src/cli/'],
  ['src/cli.ts', 'src/index.ts', 'functions/'],
];

/** Rooms of one layer do not know each other. */
const ROOMS = LAYERS.flat();

const HOMES: Readonly<Record<string, string | readonly string[]>> = {
  sharp: 'src/images/',
  'libheif-js': 'src/images/heic/',
  'onnxruntime-node': 'src/engines/onnx/',
  '@tensorflow/tfjs-node': 'src/engines/tensorflow/',
  '@tensorflow/tfjs-core': ['src/engines/tensorflow/', 'src/training/'],
  '@tensorflow/tfjs-converter': 'src/engines/tensorflow/',
  flatbuffers: 'src/formats/tflite/',
  preact: 'src/playground/',
  'onnxruntime-web': 'src/playground/live/',
  zeromq: 'src/training/',
  h5wasm: 'src/training/loss-network/',
  hono: ['src/http/', 'functions/'],
  '@hono/node-server': 'src/runtime/',
  '@hono/zod-openapi': 'src/http/',
  '@aws-sdk/client-dynamodb': 'src/storage/',
  '@aws-sdk/client-s3': 'src/storage/',
  '@aws-sdk/s3-presigned-post': 'src/storage/',
  '@aws-sdk/s3-request-presigner': 'src/storage/',
  '@aws-sdk/client-sqs': 'src/queues/',
  '@aws-sdk/client-ssm': 'src/runtime/lambda/',
  'request-filtering-agent': 'src/sources/',
  pino: 'src/telemetry/',
  '@opentelemetry/api': 'src/telemetry/',
  '@opentelemetry/resources': 'src/telemetry/trace-export.ts',
  '@opentelemetry/sdk-trace-base': 'src/telemetry/trace-export.ts',
  '@opentelemetry/exporter-trace-otlp-http': 'src/telemetry/trace-export.ts',
  'prom-client': 'src/telemetry/prometheus.ts',
  'rate-limiter-flexible': 'src/access/',
  jose: 'src/access/',
  commander: 'src/cli/',
  'cli-progress': 'src/cli/',
  tinyglobby: 'src/cli/',
  '@bomb.sh/tab': 'src/cli/',
};

/** Built for browsers, and served as files. */
const PAGE = 'src/playground/';

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = ['src', 'functions'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
);

const imports: Import[] = files.flatMap((from) => {
  const source = readFileSync(join(root, from), 'utf8');
  const specifiers = source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...specifiers].map(([, specifier = '']) => ({
    from,
    to: specifier.startsWith('.')
      ? relative(root, join(root, dirname(from), specifier))
      : specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
  }));
});

const inside = (path: string, place: string) => path === place || path.startsWith(place);
const layerOf = (path: string) =>
  LAYERS.findIndex((layer) => layer.some((place) => inside(path, place)));
const isOwn = ({ to }: Import) => files.includes(to);

test('there are files and imports to look at', () => {
  expect(files.length).toBeGreaterThan(30);
  expect(imports.filter(isOwn).length).toBeGreaterThan(60);
});

test('every file belongs to a layer', () => {
  expect(files.filter((file) => layerOf(file) < 0)).toEqual([]);
});

test('imports point down', () => {
  const upward = imports.filter((edge) => isOwn(edge) && layerOf(edge.to) > layerOf(edge.from));
  expect(upward).toEqual([]);
});

test('siblings do not know each other', () => {
  const across = imports.filter(({ from, to }) => {
    const home = ROOMS.find((place) => inside(from, place));
    const other = ROOMS.find((place) => inside(to, place));
    return (
      home !== other &&
      home !== undefined &&
      other !== undefined &&
      layerOf(home) === layerOf(other)
    );
  });
  expect(across).toEqual([]);
});

/** Without I/O, clock and dependency: what also runs in browsers. */
const PURE = ['src/errors.ts', 'src/pictures/', 'src/options/', 'src/network/', 'src/formats/'];
const isPure = (path: string) => PURE.some((place) => inside(path, place));

test('what is pure imports nothing that is not', () => {
  const foreign = imports.filter(
    ({ from, to }) => isPure(from) && !isPure(to) && HOMES[to] !== 'src/formats/tflite/',
  );
  expect(foreign).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const targets = new Map(
    files.map((file) => [
      file,
      imports.filter((edge) => edge.from === file && isOwn(edge)).map(({ to }) => to),
    ]),
  );
  const reaches = (from: string): Set<string> => {
    const reached = new Set(targets.get(from));
    for (const file of reached) for (const next of targets.get(file) ?? []) reached.add(next);
    return reached;
  };
  expect(files.filter((file) => reaches(file).has(file))).toEqual([]);
});

test('what runs in browsers knows what is pure only, and nobody knows it', () => {
  const crossing = imports.filter(
    (edge) => isOwn(edge) && inside(edge.from, PAGE) !== inside(edge.to, PAGE),
  );
  expect(crossing.filter(({ from, to }) => !inside(from, PAGE) || !isPure(to))).toEqual([]);
  expect(crossing.length).toBeGreaterThan(0);
});

test('each library is imported in its home only', () => {
  const astray = imports.filter(
    ({ from, to }) =>
      HOMES[to] !== undefined && ![HOMES[to]].flat().some((home) => inside(from, home)),
  );
  expect(astray).toEqual([]);
});

/** What only one file of `src/` may do, and how it would look elsewhere. */
const MONOPOLIES: readonly (readonly [home: string, use: RegExp])[] = [
  // Waits are never longer than timers can count.
  ['src/concurrency/timers.ts', /\bset(?:Timeout|Interval)\(|\bAbortSignal\.timeout\(/],
  // Bodies are read under the policy of their route.
  [
    'src/http/body.ts',
    /\breq\.(?:json|text|arrayBuffer|blob|formData|parseBody)\(|\braw\.(?:body|json|text|arrayBuffer|blob|formData)\b|\.getReader\(/,
  ],
];

test.each(MONOPOLIES)('only %s does this: %s', (home, use) => {
  const doing = files
    .filter((file) => inside(file, 'src/') && !inside(file, PAGE))
    .filter((file) =>
      use.test(readFileSync(join(root, file), 'utf8').replace(/\.setTimeout\(/g, '')),
    );
  expect(doing).toEqual([home]);
});

/** Packages that an installation may do without. */
const OPTIONAL = /^(?:@tensorflow\/|zeromq$|h5wasm$|libheif-js(?:\/|$))/;

test('what is loaded at start needs no optional package', () => {
  const reached = new Set(['src/cli.ts', 'src/index.ts', 'functions/server.ts']);
  for (const file of reached) {
    const source = readFileSync(join(root, file), 'utf8');
    for (const [, clause = '', specifier = ''] of source.matchAll(
      /^(?:import|export)\s+([^;]*?)\s*from\s+'([^']+)'/gm,
    )) {
      if (clause.startsWith('type ')) continue;
      expect([file, OPTIONAL.test(specifier) ? specifier : '']).toEqual([file, '']);
      const target = relative(root, join(root, dirname(file), specifier));
      if (specifier.startsWith('.') && files.includes(target)) reached.add(target);
    }
  }
  expect(reached.size).toBeGreaterThan(40);
});

test('entry points hold a few lines', () => {
  const long = files
    .filter((file) => inside(file, 'functions/') || ['src/cli.ts', 'src/index.ts'].includes(file))
    .filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 30);
  expect(long).toEqual([]);
});
