/** Lambda: delivers webhooks. */

import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { flushed } from '../src/runtime/lambda/flushed.ts';
import { handleRecords, type LambdaContext } from '../src/runtime/lambda/records.ts';
import { createJobServices, deliveringHandlers } from '../src/services/job-services.ts';
import { createTelemetry } from '../src/services/telemetry-services.ts';
import { createLog } from '../src/telemetry/log.ts';

const config = await lambdaConfig(process.env, import.meta.url);
const log = createLog(config.LOG_LEVEL);
const telemetry = await createTelemetry(config, log);
const services = await createJobServices(config, log, telemetry.meter);
const line = { queue: services.queues.webhooks, handlers: deliveringHandlers(services) };

export const handler = (event: unknown, context: LambdaContext) =>
  flushed(telemetry, () => handleRecords(event, context, line, log));
