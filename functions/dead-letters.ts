/** Lambda: marks jobs and deliveries as failed whose messages were given up. */

import { createJobServices } from '../src/job-services.ts';
import { buryJob } from '../src/jobs/bury.ts';
import { lambdaConfig } from '../src/lambda/environment.ts';
import { buryRecords } from '../src/lambda/records.ts';
import { createLog } from '../src/telemetry.ts';

const config = lambdaConfig(process.env, import.meta.url);
const log = createLog(config.LOG_LEVEL);
const { deliveries, jobs } = await createJobServices(config, log);

export const jobLetters = (event: unknown) => buryRecords(event, buryJob(jobs), log);
export const webhookLetters = (event: unknown) => buryRecords(event, deliveries.handlers.bury, log);
