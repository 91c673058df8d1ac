/**
 * The runtime's side of AWS Lambda's Runtime API, as far as functions notice: it loads the handler,
 * asks for one event after another, and sends answers back, whole or as a stream
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
 */

import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';

const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: root, _HANDLER: handlerName } = process.env;
const base = `http://${api}/2018-06-01/runtime/invocation`;
const STREAMED = Symbol('streamed');

globalThis.awslambda = {
  streamifyResponse: (handler) => Object.assign(handler, { [STREAMED]: true }),
  HttpResponseStream: {
    from(stream, metadata) {
      stream.write(JSON.stringify(metadata));
      stream.write(new Uint8Array(8));
      return stream;
    },
  },
};

const [file, name] = handlerName.split('.');
const handler = (await import(pathToFileURL(`${root}/${file}.js`).href))[name];

for (;;) {
  const next = await fetch(`${base}/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id');
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
  const event = await next.json();
  try {
    if (handler[STREAMED]) await streamed(id, event, context);
    else await answered(`${id}/response`, await handler(event, context));
  } catch (error) {
    await answered(`${id}/error`, { errorMessage: String(error), errorType: error.name });
  }
}

async function answered(path, body) {
  await fetch(`${base}/${path}`, { method: 'POST', body: JSON.stringify(body ?? null) });
}

async function streamed(id, event, context) {
  const stream = new PassThrough();
  const headers = {
    'lambda-runtime-function-response-mode': 'streaming',
    'content-type': 'application/vnd.awslambda.http-integration-response',
    'transfer-encoding': 'chunked',
  };
  const sent = new Promise((resolve, reject) => {
    const call = request(`${base}/${id}/response`, { method: 'POST', headers }, resolve);
    call.on('error', reject);
    stream.pipe(call);
  });
  await handler(event, stream, context);
  (await sent).resume();
}
