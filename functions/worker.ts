/** Lambda: paints the jobs that SQS hands it. */

import { lambdaConfig } from '../src/lambda/environment.ts';
import { handleRecords, type LambdaContext } from '../src/lambda/records.ts';
import { createServices } from '../src/services.ts';

const { lines, log } = await createServices(lambdaConfig(process.env, import.meta.url));

export const handler = (event: unknown, context: LambdaContext) =>
  handleRecords(event, context, lines.jobs, log);
