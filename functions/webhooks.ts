/** Lambda: delivers webhooks. */

import { createJobServices } from '../src/job-services.ts';
import { lambdaConfig } from '../src/lambda/environment.ts';
import { handleRecords, type LambdaContext } from '../src/lambda/records.ts';
import { createLog } from '../src/telemetry.ts';

const config = lambdaConfig(process.env, import.meta.url);
const log = createLog(config.LOG_LEVEL);
const { deliveries, queues } = await createJobServices(config, log);
const line = { queue: queues.webhooks, handlers: deliveries.handlers };

export const handler = (event: unknown, context: LambdaContext) =>
  handleRecords(event, context, line, log);
