/** POST /v1/stylizations: a photograph becomes a painting while the caller waits. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { ProblemError } from '../../errors.ts';
import { MEDIA_TYPES, OUTPUT_FORMATS, outputPreference, sniff } from '../../images/formats.ts';
import type { Services } from '../../services.ts';
import { withDeadline } from '../../signals.ts';
import type { Painting, StylizeContext, StylizeOptions } from '../../stylizer.ts';
import { createSpans, type Spans } from '../../telemetry.ts';
import { type ByteBudget, createByteBudget, withBody } from '../body.ts';
import { entityTag, isUnchanged } from '../etag.ts';
import { acceptQuality } from '../negotiation.ts';
import { problems } from '../openapi.ts';
import {
  fileSchema,
  imageText,
  optionFields,
  optionsSchema,
  stylizationSchema,
} from '../schemas.ts';
import {
  bodyReader,
  readStylizationRequest,
  type StylizationRequest,
} from '../stylization-request.ts';

/** Part of every entity tag: raised when the same request would give other bytes. */
const PIPELINE_VERSION = '1';

const binary = z.string().openapi({ format: 'binary' });
const imageBodies = Object.fromEntries(
  Object.values(MEDIA_TYPES).map((type) => [type, { schema: binary }]),
);
const paintings = Object.fromEntries(
  OUTPUT_FORMATS.map((format) => [MEDIA_TYPES[format], { schema: binary }]),
);

const route = createRoute({
  method: 'post',
  path: '/v1/stylizations',
  operationId: 'createStylization',
  tags: ['stylizations'],
  summary: 'Turn a photograph into a painting',
  description:
    'Send the photograph as a form, as raw bytes or as JSON with a data URL. The answer is the ' +
    'painting itself, or a JSON description with the painting as a data URL where the Accept ' +
    'header prefers `application/json`. The answer follows from the request alone: a matching ' +
    'If-None-Match is answered with 304 before anything is painted.',
  request: {
    query: optionsSchema,
    headers: z.object({ 'if-none-match': z.string().optional() }),
    body: {
      required: true,
      content: {
        'multipart/form-data': { schema: z.object({ image: fileSchema, ...optionFields }) },
        'application/json': { schema: z.object({ image: imageText, ...optionFields }) },
        ...imageBodies,
      },
    },
  },
  responses: {
    200: {
      description: 'The painting.',
      headers: z.object({
        etag: z.string().optional().openapi({ description: 'With a painting, not with JSON.' }),
        vary: z.string(),
        'cache-control': z.string(),
        'server-timing': z.string(),
      }),
      content: { ...paintings, 'application/json': { schema: stylizationSchema } },
    },
    304: { description: 'The caller has this painting already.' },
    ...problems(
      'malformed-body',
      'style-not-found',
      'not-acceptable',
      'request-timeout',
      'payload-too-large',
      'unsupported-media-type',
      'invalid-request',
      'internal',
      'slots-full',
      'shutting-down',
      'deadline-exceeded',
    ),
  },
});

export function registerStylizations(app: OpenAPIHono, services: Services): void {
  app.openAPIRegistry.registerPath(route);
  const budget = createByteBudget(services.config.BODY_BUDGET_BYTES);
  app.post(route.path, (c) => stylize(c, services, budget));
}

/** Limits first, then everything that needs the body, all within one deadline. */
function stylize(c: Context, services: Services, budget: ByteBudget): Promise<Response> {
  const { config } = services;
  const limits = { maxBytes: config.MAX_BODY_BYTES, timeoutMs: config.BODY_TIMEOUT_MS };
  const started = performance.now();
  const reader = bodyReader(c);
  return withDeadline(c.req.raw.signal, config.REQUEST_TIMEOUT_MS, (signal) =>
    withBody(c.req.raw, limits, budget, signal, (body) => {
      const spans = createSpans();
      spans.add('receive', performance.now() - started);
      const read = () => readStylizationRequest(c, reader, body, services.defaultMix);
      return answer(c, services, read, { signal, spans });
    }),
  );
}

async function answer(
  c: Context,
  services: Services,
  read: () => Promise<StylizationRequest>,
  { signal, spans }: Pick<StylizeContext, 'signal' | 'spans'>,
): Promise<Response> {
  const { config, catalogue, stylizer } = services;
  const request = await read();
  const digests = catalogue.resolve(request.options.mix).map(({ digest }) => digest);
  const { asJson, formats } = answerForms(c.req.header('accept'), request);
  const tag = asJson
    ? undefined
    : entityTag([
        PIPELINE_VERSION,
        config.ENGINE,
        ...digests,
        JSON.stringify([request.options, formats]),
        request.file,
      ]);
  const caching = {
    vary: 'accept',
    'cache-control': asJson ? 'no-store' : 'private, no-cache',
    ...(tag && { etag: tag }),
  };
  if (tag && isUnchanged(c.req.header('if-none-match'), tag)) return c.body(null, 304, caching);
  const context = { signal, spans, formats };
  const painting = await stylizer.stylize(request.file, request.options, context);
  const headers = { ...caching, 'server-timing': serverTiming(spans) };
  return asJson
    ? c.json(description(painting, request.options, spans), 200, headers)
    : c.body(painting.bytes, 200, { ...headers, 'content-type': painting.mediaType });
}

/** An explicit `format` is the caller's choice; `auto` follows the Accept header. */
function answerForms(accept: string | undefined, { file, format }: StylizationRequest) {
  const quality = acceptQuality(accept);
  const input = sniff(file)?.format ?? 'jpeg';
  const acceptable = outputPreference(input, quality);
  const best = Math.max(0, ...acceptable.map((candidate) => quality(MEDIA_TYPES[candidate])));
  const asJson = quality('application/json') > best;
  if (format !== 'auto') return { asJson, formats: [format] };
  if (!asJson && acceptable.length === 0) {
    const types = OUTPUT_FORMATS.map((candidate) => MEDIA_TYPES[candidate]).join(', ');
    throw new ProblemError(
      'not-acceptable',
      `Expected an Accept header with ${types} or application/json, got ${accept}.`,
    );
  }
  return { asJson, formats: asJson ? outputPreference(input, () => 1) : acceptable };
}

function description(
  { bytes, mediaType, width, height }: Painting,
  { mix, ...options }: StylizeOptions,
  spans: Spans,
): z.infer<typeof stylizationSchema> {
  return {
    id: crypto.randomUUID(),
    status: 'succeeded',
    style: mix.name,
    options: {
      strength: options.strength,
      preserve_colors: options.preserveColors,
      stroke_size: options.strokeSize,
      max_size: options.maxSize ?? null,
      quality: options.quality ?? null,
    },
    output: {
      url: `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`,
      media_type: mediaType,
      width,
      height,
      bytes: bytes.byteLength,
    },
    timings_ms: Object.fromEntries([...spans.durations].map(([step, ms]) => [step, rounded(ms)])),
  };
}

/** https://www.w3.org/TR/server-timing/ */
function serverTiming({ durations }: Spans): string {
  return [...durations].map(([step, ms]) => `${step};dur=${rounded(ms)}`).join(', ');
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
