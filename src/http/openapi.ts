/** Pieces of the OpenAPI document that several routes share. */

import type { Scope } from '../access/scopes.ts';
import { type ProblemType, problemTypes } from '../errors.ts';
import { problemExample } from './examples.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import { problemSchema } from './schemas.ts';

/** What operations are grouped by. */
const TAGS = {
  stylizations: 'Photographs in, paintings out: at once, or as jobs.',
  batches: 'Many photographs in one call.',
  videos: 'Videos in, painted videos out: always as jobs.',
  uploads: 'Files on their way past the API: sent to signed URLs, and fetched from them.',
  paintings: 'Paintings by signed URLs, for `<img>` and CDNs.',
  styles: 'The paintings whose manner was learned.',
  health: 'Probes for load balancers and orchestrators.',
  webhooks: 'What the address is told that was given as `webhook`.',
} as const;
export type Tag = keyof typeof TAGS;

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
  tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
};

/** By the names that `security` of the routes gives them. */
export const SECURITY_SCHEMES = {
  key: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'imp_<id>_<secret>',
    description: 'A key of this service. Where it is open, none is needed.',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token of the identity provider that this service trusts, where it does: `sub` is the tenant, `scope` ' +
      'what it allows.',
  },
  signedUrl: {
    type: 'apiKey',
    in: 'query',
    name: 'signature',
    description: 'Part of URLs that this service hands out; they are used as they are.',
  },
} as const;

/** Whoever shows a key or a token with this scope. */
export function withScope(scope: Scope): Record<string, string[]>[] {
  return [{ key: [scope] }, { token: [scope] }] satisfies Partial<Record<SchemeName, string[]>>[];
}

/** Whoever has a signed URL. */
export const BY_SIGNED_URL = [{ signedUrl: [] }] satisfies Partial<Record<SchemeName, string[]>>[];

type SchemeName = keyof typeof SECURITY_SCHEMES;

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
