/** Lambda: HTTP by a function URL (`stream`) or by API Gateway (`handler`). */

import { handle, streamHandle } from 'hono/aws-lambda';
import { createApp } from '../src/http/app.ts';
import { flushAnswers } from '../src/http/flushed-answers.ts';
import { redirectLarge } from '../src/http/large-answers.ts';
import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { checkExposure } from '../src/services/access-services.ts';
import { createServices } from '../src/services/services.ts';

const config = await lambdaConfig(process.env, import.meta.url);
const services = await createServices(config);
await checkExposure(services.access, config, undefined);
const app = createApp(services, () => 'ok');

export const handler = handle(flushAnswers(redirectLarge(app, services), services));

/** The platform brings what streams an answer. */
export const stream =
  'awslambda' in globalThis ? streamHandle(flushAnswers(app, services)) : handler;
