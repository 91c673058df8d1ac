/** Lambda: delivers webhooks. */

import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { handleRecords, type LambdaContext } from '../src/runtime/lambda/records.ts';
import { createJobServices } from '../src/services/job-services.ts';
import { createLog } from '../src/telemetry/log.ts';

const config = lambdaConfig(process.env, import.meta.url);
const log = createLog(config.LOG_LEVEL);
const { deliveries, queues } = await createJobServices(config, log);
const line = { queue: queues.webhooks, handlers: deliveries.handlers };

export const handler = (event: unknown, context: LambdaContext) =>
  handleRecords(event, context, line, log);
