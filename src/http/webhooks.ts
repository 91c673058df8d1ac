/** The webhooks of the OpenAPI document: what `src/webhooks/` sends, and when. */

import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { STATUSES, type Status } from '../jobs/job.ts';
import type { JOB_KINDS } from '../jobs/kinds.ts';
import { BATCH_FINISHED, jobEventType, messageSchema } from '../webhooks/message.ts';
import { signatureHeadersSchema } from '../webhooks/signature.ts';
import { EXAMPLES, jobExample } from './examples.ts';
import { batchSchema, stylizationSchema } from './job-schemas.ts';
import type { Tag } from './openapi.ts';
import { trainingSchema } from './training-schemas.ts';
import { videoSchema } from './video-schemas.ts';

type Registry = OpenAPIHono['openAPIRegistry'];

interface Event {
  /** Such as `stylization.succeeded`. */
  readonly type: string;
  readonly summary: string;
  /** What `data` is, as the API's answers describe it. */
  readonly data: z.ZodType;
  readonly example: object;
}

const JOBS = {
  stylization: { data: stylizationSchema, example: EXAMPLES.Stylization },
  style: { data: trainingSchema, example: EXAMPLES.Training },
  video: { data: videoSchema, example: EXAMPLES.Video },
} as const satisfies Record<keyof typeof JOB_KINDS, object>;

const HAPPENED: Readonly<Record<Status, string>> = {
  queued: 'was accepted',
  starting: 'is begun',
  processing: 'is being worked on',
  succeeded: 'is done',
  failed: 'has failed',
  canceled: 'was canceled',
};

/** https://www.w3.org/TR/trace-context/ */
const traceHeaders = {
  traceparent: z.string().optional().describe('Of the trace that the job belongs to.'),
  tracestate: z.string().optional().describe('What others have added to it.'),
};

const AGAIN = 'It is sent again later, after `Retry-After` where that is said.';

const events: readonly Event[] = [
  ...Object.entries(JOBS).flatMap(([kind, { data, example }]) =>
    STATUSES.map((status) => ({
      type: jobEventType(kind, status),
      summary: `A ${kind} ${HAPPENED[status]}`,
      data,
      example: jobExample(example, status),
    })),
  ),
  {
    type: BATCH_FINISHED,
    summary: 'All stylizations of a batch are finished',
    data: batchSchema,
    example: EXAMPLES.Batch,
  },
];

export function registerWebhooks(registry: Registry): void {
  for (const event of events) registry.registerWebhook(described(event));
}

function described({ type, summary, data, example }: Event): RouteConfig {
  const name = type.split('.').map(capitalized).join('');
  const schema = messageSchema.extend({ type: z.literal(type), data }).openapi(`${name}Message`);
  const told = { type, timestamp: '2026-05-04T09:30:00.080Z', data: example };
  return {
    method: 'post',
    path: type,
    operationId: `on${name}`,
    tags: ['webhooks' satisfies Tag],
    summary,
    description: 'Signed by Standard Webhooks, version 1. The status alone of the answer decides.',
    security: [],
    request: {
      headers: signatureHeadersSchema.extend(traceHeaders),
      body: { required: true, content: { 'application/json': { schema, example: told } } },
    },
    responses: {
      '2XX': { description: 'It has arrived, and is not sent again.' },
      410: { description: 'The receiver wants no more of this event.' },
      '4XX': { description: AGAIN },
      '5XX': { description: AGAIN },
    },
  };
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
