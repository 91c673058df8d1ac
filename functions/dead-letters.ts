/** Lambda: marks jobs and deliveries as failed whose messages were given up. */

import { giveUpJob } from '../src/jobs/give-up.ts';
import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { giveUpRecords } from '../src/runtime/lambda/records.ts';
import { createJobServices } from '../src/services/job-services.ts';
import { createLog } from '../src/telemetry/log.ts';

const config = lambdaConfig(process.env, import.meta.url);
const log = createLog(config.LOG_LEVEL);
const { deliveries, jobs } = await createJobServices(config, log);

export const jobLetters = (event: unknown) => giveUpRecords(event, giveUpJob(jobs), log);
export const webhookLetters = (event: unknown) =>
  giveUpRecords(event, deliveries.handlers.giveUp, log);
