/** Probes: is the process alive, and should it get requests now? */

import type { z } from '@hono/zod-openapi';
import { createReachability } from '../../services/reachability.ts';
import type { SharedServices } from '../../services/services.ts';
import type { StyleTrainer } from '../../training/style-trainer.ts';
import { problems } from '../openapi.ts';
import { type Route, route } from '../route.ts';
import { healthSchema } from '../schemas.ts';

export type Readiness = z.infer<typeof healthSchema>['status'];

const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: healthSchema } },
});

const liveRoute = {
  method: 'get',
  path: '/health/live',
  scope: 'none',
  operationId: 'getLiveness',
  tags: ['health'],
  summary: 'Whether the process is alive',
  description: 'Where this is not answered, the process is to be started anew.',
  responses: { 200: answer('It answers, so it is.'), ...problems('method-not-allowed') },
} as const;

const readyRoute = {
  method: 'get',
  path: '/health/ready',
  scope: 'none',
  operationId: 'getReadiness',
  tags: ['health'],
  summary: 'Whether the process should get requests',
  description: 'Storage and queues are looked at, and whether the process is about to stop.',
  responses: {
    200: answer('It should.'),
    503: answer(
      'It should not: the default style is not loaded yet, storage is full or does not answer, a queue ' +
        'does not answer, or it is about to stop (`draining`, in which it still answers) or stopping.',
    ),
    ...problems('method-not-allowed'),
  },
} as const;

export function healthRoutes(services: SharedServices, readiness: () => Readiness): Route[] {
  const { slots, largeSlots, sessions, trainer } = services;
  const training = trainingState(trainer);
  const reachability = createReachability(services);
  const state = (status: Readiness) => ({
    status,
    running: slots.running,
    waiting: slots.waiting,
    large: { running: largeSlots.running, waiting: largeSlots.waiting },
    sessions: sessions.count,
    training: training(),
  });
  return [
    route(liveRoute, ({ c }) => c.json(state('ok'))),
    route(readyRoute, async ({ c }) => {
      const ready = readiness();
      const status = ready === 'ok' ? await reachability() : ready;
      return c.json(state(status), status === 'ok' ? 200 : 503);
    }),
  ];
}

/** Between two looks at what training takes. */
const TRAINING_LOOK_MS = 60_000;

/** Whether styles can be learned here, as far as is known: no probe waits for it. */
function trainingState(trainer: StyleTrainer): () => boolean {
  let canLearn = false;
  let nextMs = 0;
  return () => {
    if (performance.now() >= nextMs) {
      nextMs = performance.now() + TRAINING_LOOK_MS;
      trainer.check().then(
        () => {
          canLearn = true;
        },
        () => {
          canLearn = false;
        },
      );
    }
    return canLearn;
  };
}
