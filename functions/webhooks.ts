/** Lambda: delivers webhooks. */

import { OPEN_TENANT } from '../src/access/tenants.ts';
import { byTenant } from '../src/queues/tenant-queue.ts';
import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { handleRecords, type LambdaContext } from '../src/runtime/lambda/records.ts';
import { createJobServices } from '../src/services/job-services.ts';
import { createLog } from '../src/telemetry/log.ts';

const config = await lambdaConfig(process.env, import.meta.url);
const log = createLog(config.LOG_LEVEL);
const { workOf, queues } = await createJobServices(config, log);
const handlers = byTenant((tenant = OPEN_TENANT) => workOf(tenant).deliveries.handlers);
const line = { queue: queues.webhooks, handlers };

export const handler = (event: unknown, context: LambdaContext) =>
  handleRecords(event, context, line, log);
