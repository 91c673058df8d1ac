/** Lambda: marks jobs and deliveries as failed whose messages were given up. */

import { OPEN_TENANT } from '../src/access/tenants.ts';
import { giveUpJob } from '../src/jobs/give-up.ts';
import { forTenant } from '../src/queues/tenant-queue.ts';
import { inTraces } from '../src/queues/traced-queue.ts';
import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { flushed } from '../src/runtime/lambda/flushed.ts';
import { giveUpRecords } from '../src/runtime/lambda/records.ts';
import { createJobServices } from '../src/services/job-services.ts';
import { createTelemetry } from '../src/services/telemetry-services.ts';
import { createLog } from '../src/telemetry/log.ts';

const config = await lambdaConfig(process.env, import.meta.url);
const log = createLog(config.LOG_LEVEL);
const telemetry = await createTelemetry(config, log);
const { workOf, queues } = await createJobServices(config, log, telemetry.meter);
const giveUpOf = {
  jobs: forTenant((tenant = OPEN_TENANT) => giveUpJob(workOf(tenant).jobs)),
  webhooks: forTenant((tenant = OPEN_TENANT) => workOf(tenant).deliveries.handlers.giveUp),
};
const burying = (name: keyof typeof giveUpOf) => {
  const giveUp = inTraces(queues[name], name, giveUpOf[name]);
  return (event: unknown) => flushed(telemetry, () => giveUpRecords(event, giveUp, log));
};

export const jobLetters = burying('jobs');
export const webhookLetters = burying('webhooks');
