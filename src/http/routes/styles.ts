/** The catalog: what styles there are, and how each one paints. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { ProblemError } from '../../errors.ts';
import { GRAPH_MODEL_FILE, GRAPH_WEIGHTS_FILE } from '../../formats/tensorflow/graph-model.ts';
import type { Services, SharedServices } from '../../services/services.ts';
import { isTrainingSetUp } from '../../services/style-training.ts';
import { unavailable } from '../../styles/catalog.ts';
import type { StyleManifest } from '../../styles/manifest.ts';
import { allowsInt8 } from '../../styles/precision.ts';
import { RANGES_FILE } from '../../styles/ranges.ts';
import type { NetworkFile } from '../../styles/style-files.ts';
import { ANY_BYTES, JPEG_BYTES } from '../bodies.ts';
import { entityTag, isUnchanged } from '../etag.ts';
import { problems } from '../openapi.ts';
import { type Route, route } from '../route.ts';
import { styleSchema, stylesSchema, toWireStyle } from '../style-schemas.ts';

const PUBLIC = 'public, max-age=300';
/** What a key was needed for: caches that others share must not hand it on. */
const PRIVATE = 'private, max-age=300';
/** What is one tenant's, and may be another thing a moment later. */
const OWN = 'private, no-cache';

const shared = {
  tags: ['styles'] as const,
  unchanged: { description: 'The caller has this already.' },
  headers: z.object({ etag: z.string(), 'cache-control': z.string() }),
  conditional: z.object({ 'if-none-match': z.string().optional() }),
  idParameter: z.object({ id: z.string().openapi({ example: 'starry-night' }) }),
};

const listContract = {
  method: 'get',
  path: '/v1/styles',
  scope: 'guest',
  operationId: 'listStyles',
  tags: shared.tags,
  summary: 'List the styles',
  description: 'All of them at once: there are some dozens at most.',
  request: { headers: shared.conditional },
  responses: {
    200: {
      description: 'All styles, sorted by id.',
      headers: shared.headers,
      content: { 'application/json': { schema: stylesSchema } },
    },
    304: shared.unchanged,
    ...problems('method-not-allowed', 'internal', 'shutting-down'),
  },
} as const;

const showContract = {
  method: 'get',
  path: '/v1/styles/{id}',
  scope: 'guest',
  operationId: 'getStyle',
  tags: shared.tags,
  summary: 'Describe one style',
  description: 'The painting, its artist, and how the network was trained and how well it paints.',
  request: { params: shared.idParameter, headers: shared.conditional },
  responses: {
    200: {
      description: 'The style.',
      headers: shared.headers,
      content: { 'application/json': { schema: styleSchema } },
    },
    304: shared.unchanged,
    ...problems('style-not-found', 'style-unavailable', 'internal', 'shutting-down'),
  },
} as const;

const previewContract = {
  method: 'get',
  path: '/v1/styles/{id}/preview',
  scope: 'guest',
  operationId: 'getStylePreview',
  tags: shared.tags,
  summary: 'Show how a style paints',
  description: 'The same photograph for every style, so that they can be compared.',
  request: { params: shared.idParameter, headers: shared.conditional },
  responses: {
    200: {
      description: "A sample picture, painted by the style's own network.",
      headers: shared.headers,
      content: JPEG_BYTES,
    },
    304: shared.unchanged,
    ...problems('style-not-found', 'style-unavailable', 'internal', 'shutting-down'),
  },
} as const;

/** A network has two files, and a style one or two networks. */
const NETWORKS = [
  { light: false, place: '', name: '', of: "a style's network" },
  { light: true, place: 'light/', name: 'Light', of: "a style's lighter network" },
] as const;

type NetworkPart = (typeof NETWORKS)[number];

const modelContract = ({ place, name, of, light }: NetworkPart) =>
  ({
    method: 'get',
    path: `/v1/styles/{id}/${place}${GRAPH_MODEL_FILE}`,
    scope: 'paint',
    operationId: `getStyle${name}Model`,
    tags: shared.tags,
    summary: `Get ${of}`,
    description:
      "In TensorFlow.js's graph-model format, whose weights lie beside it: `tf.loadGraphModel` of " +
      'this address loads both.',
    request: { params: shared.idParameter, headers: shared.conditional },
    responses: {
      200: {
        description: 'The graph, and the names and shapes of its weights.',
        headers: shared.headers,
        content: { 'application/json': { schema: z.looseObject({ format: z.string() }) } },
      },
      304: shared.unchanged,
      ...networkProblems(light),
    },
  }) as const;

const weightsContract = ({ place, name, of, light }: NetworkPart) =>
  ({
    method: 'get',
    path: `/v1/styles/{id}/${place}${GRAPH_WEIGHTS_FILE}`,
    scope: 'paint',
    operationId: `getStyle${name}Weights`,
    tags: shared.tags,
    summary: `Get the weights of ${of}`,
    request: { params: shared.idParameter, headers: shared.conditional },
    responses: {
      200: {
        description: 'The weights, in the order of the model.',
        headers: shared.headers,
        content: ANY_BYTES,
      },
      304: shared.unchanged,
      ...networkProblems(light),
    },
  }) as const;

const rangesExample = {
  digest: '975fa7145a1089f1aedbf1e6eddc09833967ec27ec555a72eccf10a5f71f7035',
  convolutions: {
    head: { input: [0, 5.23], output: [-0.87, 1.12], magnitudes: [0.81, 1.12, 0.94] },
  },
};

const rangesContract = {
  method: 'get',
  path: `/v1/styles/{id}/${RANGES_FILE}`,
  scope: 'paint',
  operationId: 'getStyleRanges',
  tags: shared.tags,
  summary: "Get the activation ranges of a style's network",
  description:
    'What computing in 8 bits needs beside the weights: of each convolution, by its name, the lowest and highest ' +
    'values that go in and come out, and the largest magnitude of each channel that comes out. The digest is that ' +
    'of the weights.',
  request: { params: shared.idParameter, headers: shared.conditional },
  responses: {
    200: {
      description: 'The ranges.',
      headers: shared.headers,
      content: {
        'application/json': {
          schema: z.looseObject({ digest: z.string() }),
          example: rangesExample,
        },
      },
    },
    304: shared.unchanged,
    ...networkProblems(true),
  },
} as const;

/** `optional` for what not every style has. */
function networkProblems(optional: boolean) {
  const missing = optional ? (['not-found'] as const) : [];
  return problems('style-not-found', 'style-unavailable', ...missing, 'internal', 'shutting-down');
}

const deleteContract = {
  method: 'delete',
  path: '/v1/styles/{id}',
  scope: 'train',
  operationId: 'deleteStyle',
  tags: shared.tags,
  summary: 'Delete a learned style',
  description: 'Of what was painted with it, nothing is lost. Styles that ship cannot be deleted.',
  request: { params: shared.idParameter },
  responses: {
    204: { description: 'It is gone.' },
    ...problems('style-not-found', 'style-unavailable', 'forbidden', 'internal', 'shutting-down'),
  },
} as const;

export function styleRoutes({
  catalog,
  config,
  defaultMix,
  signer,
  predictions,
}: SharedServices): Route[] {
  const isShipped = (id: string) => catalog.styles.some((style) => style.id === id);
  const wire = (style: StyleManifest) => toWireStyle(style, !isShipped(style.id));
  // Where others work on jobs, it is theirs to say.
  const can_learn = isTrainingSetUp(config) || config.JOBS_QUEUE_URL !== '';
  const link_seconds = signer ? config.OUTPUT_TTL_SECONDS : null;
  const caching = (id: string, shipped: string) => (isShipped(id) ? shipped : OWN);
  const networkFile = async (
    c: Context,
    id: string,
    { repertoire }: Services,
    name: NetworkFile,
    mediaType: string,
    light: boolean,
  ) => {
    const style = await repertoire.get(id);
    const file = await repertoire.networkFile(style, name, light).catch(unavailable(id));
    return cached(c, mediaType, file, caching(id, PRIVATE));
  };
  return [
    route(listContract, async ({ c, services }) => {
      const styles = (await services.repertoire.all()).map(wire);
      const can_tell = predictions.isThere;
      const told = { styles, default_style: defaultMix.name, can_learn, can_tell, link_seconds };
      return cachedJson(c, told, OWN);
    }),
    route(showContract, async ({ c, params, services }) => {
      const style = await services.repertoire.get(params.id);
      return cachedJson(c, wire(style), caching(style.id, PUBLIC));
    }),
    route(previewContract, async ({ c, params, services: { repertoire } }) => {
      const style = await repertoire.get(params.id);
      const preview = await repertoire.preview(style).catch(unavailable(style.id));
      return cached(c, 'image/jpeg', preview, caching(style.id, PUBLIC));
    }),
    route(deleteContract, async ({ c, params, services }) => {
      const { id } = await services.repertoire.get(params.id);
      if (isShipped(id)) {
        throw new ProblemError('forbidden', `Expected a learned style, got ${id}, which ships.`);
      }
      await services.learned.remove(id);
      return c.body(null, 204);
    }),
    route(rangesContract, async ({ c, params, services: { repertoire } }) => {
      const style = await repertoire.get(params.id);
      const ranges = allowsInt8([style])
        ? await repertoire.rangesFile(style).catch(unavailable(style.id))
        : undefined;
      if (ranges === undefined) {
        throw new ProblemError('not-found', `The style ${style.id} is not painted in 8 bits.`);
      }
      return cached(c, 'application/json', ranges, caching(style.id, PRIVATE));
    }),
    ...NETWORKS.flatMap((part) => [
      route(modelContract(part), ({ c, params, services }) =>
        networkFile(c, params.id, services, GRAPH_MODEL_FILE, 'application/json', part.light),
      ),
      route(weightsContract(part), ({ c, params, services }) => {
        const mediaType = 'application/octet-stream';
        return networkFile(c, params.id, services, GRAPH_WEIGHTS_FILE, mediaType, part.light);
      }),
    ]),
  ];
}

function cachedJson(c: Context, value: object, caching: string): Response {
  return cached(c, 'application/json', JSON.stringify(value), caching);
}

/** An answer that follows from its bytes, or 304. */
function cached(
  c: Context,
  mediaType: string,
  body: string | Uint8Array,
  caching: string,
): Response {
  const tag = entityTag([body]);
  c.header('etag', tag);
  c.header('cache-control', caching);
  if (caching === OWN) c.header('vary', 'authorization', { append: true });
  if (isUnchanged(c.req.header('if-none-match'), tag)) return c.body(null, 304);
  const bytes = typeof body === 'string' ? body : Uint8Array.from(body);
  return c.body(bytes, 200, { 'content-type': mediaType });
}
