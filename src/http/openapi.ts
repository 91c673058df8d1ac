/** Pieces of the OpenAPI document that several routes share. */

import { z } from '@hono/zod-openapi';
import { type ProblemType, problemTypes } from '../errors.ts';
import { MEDIA_TYPES } from '../pictures/formats.ts';
import { VIDEO_MEDIA_TYPES } from '../video/container.ts';
import { problemExample } from './examples.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import { problemSchema } from './schemas.ts';

export const OPENAPI_INFO = {
  openapi: '3.1.0',
  info: {
    title: 'Impasto',
    version: '1.0.0',
    description:
      'Turns photographs into paintings on a plain CPU, with small feed-forward networks, one per style.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/', description: 'This server.' }],
  tags: [
    { name: 'stylizations', description: 'Photographs in, paintings out.' },
    { name: 'videos', description: 'Videos in, painted videos out.' },
    { name: 'styles', description: 'The paintings whose manner was learned.' },
    { name: 'health', description: 'Probes for load balancers and orchestrators.' },
  ],
};

/** How callers show a key; by this name in `security` of the routes. */
export const KEY_SCHEME = {
  name: 'key',
  scheme: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'imp_<id>_<secret>',
    description: 'A key of this service. Where it is open, none is needed.',
  },
} as const;

/** A picture as the whole body of a request. */
export const IMAGE_BODIES = Object.fromEntries(
  Object.values(MEDIA_TYPES).map((type) => [
    type,
    { schema: z.string().openapi({ format: 'binary' }) },
  ]),
);

/** A video as the whole body of a request. */
export const VIDEO_BODIES = Object.fromEntries(
  VIDEO_MEDIA_TYPES.map((type) => [type, { schema: z.string().openapi({ format: 'binary' }) }]),
);

/** What becomes of a body that is not as a route's contract has it. */
export const BODY_PROBLEMS = [
  'unsupported-media-type',
  'payload-too-large',
  'request-timeout',
  'slots-full',
  'deadline-exceeded',
] as const;

interface ProblemResponse {
  description: string;
  content: {
    [PROBLEM_MEDIA_TYPE]: {
      schema: typeof problemSchema;
      examples: Record<string, { summary: string; value: object }>;
    };
  };
}

/** The responses for these problem types, by status. */
export function problems(...types: readonly ProblemType[]): Record<number, ProblemResponse> {
  const responses: Record<number, ProblemResponse> = {};
  for (const type of types) {
    const { status, title } = problemTypes[type];
    const before = responses[status];
    const examples = before?.content[PROBLEM_MEDIA_TYPE].examples;
    const example = { summary: title, value: problemExample(type) };
    responses[status] = {
      description: `${before ? `${before.description} ` : ''}\`${type}\`: ${title}.`,
      content: {
        [PROBLEM_MEDIA_TYPE]: { schema: problemSchema, examples: { ...examples, [type]: example } },
      },
    };
  }
  return responses;
}
