/** Environment variables -> one frozen configuration. Every variable has a default that works. */

import { z } from 'zod';
import { ENGINES } from '../engines/create.ts';
import { LOG_LEVELS } from '../telemetry/log.ts';
import { ACCESS_SETTINGS } from './access-settings.ts';
import { httpAddress, listOf, milliseconds, nameMeantBy, originList, whole } from './kinds.ts';
import { LARGE_SETTINGS } from './large-settings.ts';
import { OUTGOING_SETTINGS } from './outgoing-settings.ts';
import { SIGNING_SETTINGS } from './signing-settings.ts';
import { STORE_SETTINGS } from './store-settings.ts';
import { TRACE_SETTINGS } from './trace-settings.ts';
import { TRAINING_SETTINGS } from './training-settings.ts';
import { VIDEO_SETTINGS } from './video-settings.ts';

/** What the defaults depend on. */
export interface HostDefaults {
  /** Processor cores this process may use. */
  readonly cores: number;
  /** Memory this process may use. */
  readonly memoryBytes: number;
  /** The models folder that comes with the program. */
  readonly modelsDir: string;
  /** What the build made: the painting thread's script, files for browsers. */
  readonly distDir: string;
}

/** Most bytes that painting takes per pixel, as measured; see docs/configuration.md. */
export const PAINTING_BYTES_PER_PIXEL = 175;

/** Default of WHOLE_PIXELS where memory allows it: some 700 MB for one picture. */
const PLENTY_OF_PIXELS = 4_000_000;

/** Of one painting, as measured: nearly as many paintings a second as with one each, and a shorter wait. */
const CORES_PER_WORKER = 2;

/** Requests that wait for one core: as many as it paints in a quarter of a second. */
const QUEUED_PER_CORE = 5;

/** The variables with their meanings and defaults; the documentation's table is made from it. */
export function configSchema({ cores, memoryBytes, modelsDir, distDir }: HostDefaults) {
  const workers = Math.ceil(cores / CORES_PER_WORKER);
  const affordablePixels = Math.floor(memoryBytes / 2 / workers / PAINTING_BYTES_PER_PIXEL);
  return z.object({
    HOST: z
      .string()
      .default('127.0.0.1')
      .describe('Address to listen on; `0.0.0.0` for all, which others reach, too.'),
    PORT: whole(0).max(65535).default(8080).describe('Port to listen on; 0 picks a free one.'),
    METRICS_PORT: z
      .union([z.literal(''), whole(0).max(65535)])
      .default('')
      .describe(
        'Port of metrics for Prometheus, on HOST; 0 picks a free one, none where empty. See [operations.md](operations.md).',
      ),
    METRICS_NAMESPACE: z
      .string()
      .regex(/^[\w./#: -]{0,255}$/, { error: 'Expected a namespace of CloudWatch' })
      .default('')
      .describe(
        'Namespace of metrics in CloudWatch, for functions: written as log lines; none where empty. See [operations.md](operations.md#metrics-of-functions).',
      ),
    MODELS_DIR: z.string().default(modelsDir).describe('Folder with one folder per style.'),
    DIST_DIR: z.string().default(distDir).describe('Folder that the build wrote.'),
    ENGINE: z
      .enum(ENGINES)
      .default('onnx')
      .describe(
        'Inference runtime: `onnx` (ONNX Runtime), `onnx-cuda` (the same on a GPU) or `tensorflow` (tfjs-node).',
      ),
    PRECISION: z
      .enum(['auto', 'float32', 'int8'])
      .default('auto')
      .describe(
        'What `ENGINE=onnx` computes calibrated styles in; `auto` measures at start which is faster. Set it where several processes are to paint alike.',
      ),
    DEFAULT_STYLE: z
      .string()
      .default('starry-night')
      .describe('Style loaded at start and used where a request names none.'),
    WORKERS: whole(1)
      .default(workers)
      .describe(
        'Pictures painted at the same time, each on a thread of its own (one for two cores).',
      ),
    THREADS: whole(1)
      .default(Math.min(CORES_PER_WORKER, cores))
      .describe('Threads that one painting may use (two, where there are two cores).'),
    SLOTS: whole(1)
      .default(workers + 1)
      .describe('Requests decoded, painted or encoded at the same time (one more than workers).'),
    QUEUE_SIZE: whole(0)
      .default(QUEUED_PER_CORE * cores)
      .describe('Requests that may wait for a slot; more get 503 (five per core).'),
    CALLER_HEADER: z
      .string()
      .regex(/^[\w!#$%&'*+.^`|~-]*$/, { error: 'Expected the name of a header' })
      .default('')
      .describe(
        'Header that tells callers apart, who take turns in the queue: one that your proxy sets, such as `x-real-ip`. Of a list such as `x-forwarded-for` the last entry counts. Their address where empty.',
      ),
    SESSION_CACHE_BYTES: whole(0)
      .default(Math.floor(memoryBytes / 4 / workers))
      .describe('Estimated memory that loaded styles may keep, per worker (a quarter of all).'),
    MAX_BODY_BYTES: whole(1)
      .default(64 * 2 ** 20)
      .describe('Largest request body.'),
    BODY_BUDGET_BYTES: whole(1)
      .default(Math.max(64 * 2 ** 20, Math.floor(memoryBytes / 8)))
      .describe(
        'Bytes that requests hold at the same time: bodies as they arrive, and pictures fetched for them; beyond it whoever holds most gets 503.',
      ),
    MAX_PIXELS: whole(1).default(120_000_000).describe('Largest picture, width times height.'),
    WHOLE_PIXELS: whole(1)
      .default(Math.min(PLENTY_OF_PIXELS, affordablePixels))
      .describe(
        'Largest picture painted in one piece (what half of the memory can). `ENGINE=onnx` paints larger ones in strips, others none.',
      ),
    ...LARGE_SETTINGS,
    MAX_DECODED_BYTES: whole(1)
      .default(Math.max(64 * 2 ** 20, Math.floor(memoryBytes / 4)))
      .describe(
        'Most memory that decoding one picture may take, by its header (a quarter of all): AVIF, HEIC, WebP and GIF are decoded whole.',
      ),
    MAX_PAGES: whole(1).default(500).describe('Most frames or pages in one file.'),
    REQUEST_TIMEOUT_MS: milliseconds(1).default(30_000).describe('Deadline for one answer.'),
    BODY_TIMEOUT_MS: milliseconds(1)
      .default(15_000)
      .describe('Time a request body may take to arrive.'),
    KEEP_ALIVE_TIMEOUT_MS: milliseconds(0)
      .default(75_000)
      .describe(
        'Time an idle connection stays open; longer than a load balancer in front keeps it (mostly 60 s).',
      ),
    SHUTDOWN_DELAY_MS: milliseconds(0)
      .default(0)
      .describe(
        'Time after SIGTERM in which requests are still answered while `/health/ready` says `draining`: as long as a load balancer takes to notice.',
      ),
    SHUTDOWN_TIMEOUT_MS: milliseconds(0)
      .default(30_000)
      .describe('Time that accepted requests get to finish after SIGTERM.'),
    CORS_ORIGINS: originList
      .default('*')
      .describe(
        'Origins whose pages may call the API: `*`, `none`, or a list separated by commas.',
      ),
    PUBLIC_URL: httpAddress
      .default('')
      .describe('How callers reach this service; taken from each request where empty.'),
    ...STORE_SETTINGS,
    WORK: z
      .stringbool()
      .default(true)
      .describe('Whether this process works on jobs and delivers webhooks, beside answering.'),
    JOB_CONCURRENCY: whole(1)
      .default(workers + 1)
      .describe('Jobs that this process works on at the same time.'),
    JOB_TIMEOUT_MS: milliseconds(1).default(120_000).describe('Longest work on one job.'),
    ...VIDEO_SETTINGS,
    ...TRAINING_SETTINGS,
    JOB_ATTEMPTS: whole(1)
      .default(5)
      .describe('How often a job that comes no further is begun before it fails.'),
    JOB_POLL_MS: milliseconds(10)
      .default(500)
      .describe('Between two looks at a job that another process may have changed.'),
    OUTPUT_TTL_SECONDS: whole(1)
      .default(86_400)
      .describe('How long finished jobs and their pictures are kept.'),
    RESULTS_MAX_BYTES: whole(0)
      .default(2 ** 30)
      .describe(
        'Bytes of paintings that are kept for those who ask for the same again; the oldest go first. 0 keeps none.',
      ),
    RESULTS_TTL_SECONDS: whole(1).default(86_400).describe('How long such paintings are kept.'),
    URL_TTL_SECONDS: whole(1).max(604_800).default(3600).describe('How long signed URLs work.'),
    ...ACCESS_SETTINGS,
    ...SIGNING_SETTINGS,
    ...OUTGOING_SETTINGS,
    ...TRACE_SETTINGS,
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info').describe('Least severe log lines to write.'),
  });
}

export type Config = Readonly<z.infer<ReturnType<typeof configSchema>>>;

/** Environment variables that are not as expected; the message lists all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the environment; an empty variable counts as absent. `forStore` is for those who only look into the store, and
 * need no queues beside it. Throws a {@link ConfigError}.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>>,
  defaults: HostDefaults,
  { forStore = false }: { readonly forStore?: boolean } = {},
): Config {
  const present = Object.entries(environment).filter(([, value]) => value?.trim() !== '');
  const schema = configSchema(defaults);
  const result = schema.safeParse(Object.fromEntries(present));
  const wrong = (result.error?.issues ?? []).map(
    ({ path, message }) =>
      `${path.join('.')}: ${message}, got ${shown(String(path[0]), environment)}`,
  );
  const problems = [
    ...wrong,
    ...misspelt(Object.keys(Object.fromEntries(present)), Object.keys(schema.shape)),
    ...(result.success && !forStore ? contradictions(result.data) : []),
  ];
  if (result.success && problems.length === 0) return Object.freeze(result.data);
  const lines = problems.map((problem) => `  ${problem}`);
  throw new ConfigError(`The environment is not as expected:\n${lines.join('\n')}`);
}

/** Settings that no log may repeat. */
const SECRET = /(?:SECRETS?|KEYS|SALTS)$/;

function shown(name: string, environment: Readonly<Record<string, string | undefined>>): string {
  return SECRET.test(name) ? 'something else' : `${environment[name]}`;
}

function misspelt(given: readonly string[], names: readonly string[]): string[] {
  return given
    .filter((name) => !names.includes(name))
    .flatMap((name) => {
      const meant = nameMeantBy(name, names);
      return meant ? [`${name}: Expected ${meant}; there is no setting of that name`] : [];
    });
}

/** Settings that are right by themselves, and cannot be beside each other. */
function contradictions(config: Config): string[] {
  const { S3_BUCKET, JOBS_QUEUE_URL, WEBHOOKS_QUEUE_URL, WORK } = config;
  const { SIGNED_URL_KEYS, SIGNED_URL_SALTS } = config;
  const rules: readonly (readonly [boolean, string])[] = [
    [
      JOBS_QUEUE_URL !== '' && !(S3_BUCKET && WEBHOOKS_QUEUE_URL),
      'JOBS_QUEUE_URL: Expected S3_BUCKET and WEBHOOKS_QUEUE_URL beside it.',
    ],
    [
      S3_BUCKET !== '' && JOBS_QUEUE_URL === '',
      'S3_BUCKET: Expected JOBS_QUEUE_URL and WEBHOOKS_QUEUE_URL beside it.',
    ],
    [
      JOBS_QUEUE_URL !== '' && new Set(queuesOf(config)).size < queuesOf(config).length,
      'JOBS_QUEUE_URL: Expected another queue for each kind of message.',
    ],
    [
      JOBS_QUEUE_URL === '' && queuesOf(config).length > 0,
      'JOBS_QUEUE_URL: Expected a queue of jobs beside the other queues.',
    ],
    [
      listOf(SIGNED_URL_KEYS).length !== listOf(SIGNED_URL_SALTS).length,
      'SIGNED_URL_SALTS: Expected as many as there are SIGNED_URL_KEYS.',
    ],
    [
      config.ACCESS_JWKS_URL !== '' && !(config.ACCESS_JWT_ISSUER && config.ACCESS_JWT_AUDIENCE),
      'ACCESS_JWKS_URL: Expected ACCESS_JWT_ISSUER and ACCESS_JWT_AUDIENCE beside it.',
    ],
    [
      config.ACCESS === 'open' && config.ACCESS_JWKS_URL !== '',
      'ACCESS: Expected auto or keys where ACCESS_JWKS_URL says whose tokens are accepted.',
    ],
    [
      config.METRICS_PORT !== '' && config.METRICS_NAMESPACE !== '',
      'METRICS_NAMESPACE: Expected either this or METRICS_PORT.',
    ],
    [
      !WORK && S3_BUCKET === '',
      'WORK: Expected S3_BUCKET and queues where this process does not work on jobs: no other one could.',
    ],
  ];
  return rules.flatMap(([broken, message]) => (broken ? [message] : []));
}

function queuesOf(config: Config): string[] {
  return [
    config.JOBS_QUEUE_URL,
    config.JOBS_DEAD_LETTERS_URL,
    config.WEBHOOKS_QUEUE_URL,
    config.WEBHOOKS_DEAD_LETTERS_URL,
  ].filter((url) => url !== '');
}

/** What is decoded of the files that a person names on this machine. */
export function decodeLimits({ MAX_PIXELS, MAX_PAGES }: Config) {
  return { maxPixels: MAX_PIXELS, maxPages: MAX_PAGES };
}
