/** Lambda: marks jobs and deliveries as failed whose messages were given up. */

import { buryJob } from '../src/jobs/bury.ts';
import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { buryRecords } from '../src/runtime/lambda/records.ts';
import { createJobServices } from '../src/services/job-services.ts';
import { createLog } from '../src/telemetry/log.ts';

const config = lambdaConfig(process.env, import.meta.url);
const log = createLog(config.LOG_LEVEL);
const { deliveries, jobs } = await createJobServices(config, log);

export const jobLetters = (event: unknown) => buryRecords(event, buryJob(jobs), log);
export const webhookLetters = (event: unknown) => buryRecords(event, deliveries.handlers.bury, log);
