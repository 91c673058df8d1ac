/** Lambda: marks jobs and deliveries as failed whose messages were given up. */

import { OPEN_TENANT } from '../src/access/tenants.ts';
import { giveUpJob } from '../src/jobs/give-up.ts';
import { forTenant } from '../src/queues/tenant-queue.ts';
import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { giveUpRecords } from '../src/runtime/lambda/records.ts';
import { createJobServices } from '../src/services/job-services.ts';
import { createLog } from '../src/telemetry/log.ts';

const config = await lambdaConfig(process.env, import.meta.url);
const log = createLog(config.LOG_LEVEL);
const { workOf } = await createJobServices(config, log);
const giveUpOf = {
  jobs: forTenant((tenant = OPEN_TENANT) => giveUpJob(workOf(tenant).jobs)),
  webhooks: forTenant((tenant = OPEN_TENANT) => workOf(tenant).deliveries.handlers.giveUp),
};

export const jobLetters = (event: unknown) => giveUpRecords(event, giveUpOf.jobs, log);
export const webhookLetters = (event: unknown) => giveUpRecords(event, giveUpOf.webhooks, log);
