/** Lambda: paints the jobs that SQS hands it. */

import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { flushed } from '../src/runtime/lambda/flushed.ts';
import { handleRecords, type LambdaContext } from '../src/runtime/lambda/records.ts';
import { createServices } from '../src/services/services.ts';

const config = await lambdaConfig(process.env, import.meta.url);
const { lines, log, tracing } = await createServices(config);

export const handler = (event: unknown, context: LambdaContext) =>
  flushed(tracing, () => handleRecords(event, context, lines.jobs, log));
