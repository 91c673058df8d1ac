/** Lambda: paints the jobs that SQS hands it. */

import { lambdaConfig } from '../src/runtime/lambda/environment.ts';
import { handleRecords, type LambdaContext } from '../src/runtime/lambda/records.ts';
import { createServices } from '../src/services/services.ts';

const { lines, log } = await createServices(await lambdaConfig(process.env, import.meta.url));

export const handler = (event: unknown, context: LambdaContext) =>
  handleRecords(event, context, lines.jobs, log);
