/** Lambda: paints the jobs that SQS hands it. */

import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { flushed } from '../src/runtime/lambda/flushed.ts';
import { handleRecords, type LambdaContext } from '../src/runtime/lambda/records.ts';
import { createServices } from '../src/services/services.ts';

const config = await lambdaConfig(process.env, import.meta.url);
const services = await createServices(config);
const { lines, log } = services;

export const handler = (event: unknown, context: LambdaContext) =>
  flushed(services, () => handleRecords(event, context, lines.jobs, log));
