/** The platform's side of AWS Lambda's Runtime API: invokes a function that runs as a process. */

import { spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { built } from './built.ts';
import { maxResidentBytes } from './process.ts';

const bootstrap = fileURLToPath(new URL('./lambda-bootstrap.mjs', import.meta.url));

/** The packaged functions; importing this packages what is missing or stale. */
export const LAMBDA_ROOT = await built('bundle');

export interface Invocation {
  /** `response` or `error`. */
  readonly kind: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface LambdaFunction {
  invoke(event: unknown, timeoutMs?: number): Promise<Invocation>;
  /** Standard output and error so far. */
  output(): string;
  /** Most memory that the process has held, where the system tells. */
  residentBytes(): number;
  stop(): void;
}

/** Starts `<file>.<export>` of the packaged functions. */
export async function startFunction(
  handler: string,
  environment: Record<string, string>,
): Promise<LambdaFunction> {
  const events: { id: string; event: unknown; timeoutMs: number }[] = [];
  const pending = new Map<string, (invocation: Invocation) => void>();
  let hand: (() => void) | undefined;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/next')) {
      hand = () => {
        const next = events.shift();
        if (next === undefined) return;
        hand = undefined;
        response.setHeader('lambda-runtime-aws-request-id', next.id);
        response.setHeader('lambda-runtime-deadline-ms', String(Date.now() + next.timeoutMs));
        response.end(JSON.stringify(next.event));
      };
      hand();
      return;
    }
    const [, id = '', kind = ''] = /invocation\/([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(202).end();
      pending.get(id)?.({ kind, headers: request.headers, body: Buffer.concat(chunks) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [bootstrap], {
    cwd: LAMBDA_ROOT,
    env: {
      PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: LAMBDA_ROOT,
      _HANDLER: handler,
      ...environment,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
    });
  }
  return {
    invoke: (event, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        const id = crypto.randomUUID();
        const timer = setTimeout(() => reject(new Error(`No answer: ${output}`)), timeoutMs);
        pending.set(id, (invocation) => {
          clearTimeout(timer);
          resolve(invocation);
        });
        events.push({ id, event, timeoutMs });
        hand?.();
      }),
    output: () => output,
    residentBytes: () => maxResidentBytes(child),
    stop() {
      child.kill('SIGKILL');
      server.closeAllConnections();
      server.close();
    },
  };
}

interface HttpEventOptions {
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly body?: Uint8Array;
}

/** An event of API Gateway's HTTP API, payload format 2.0; function URLs send the same. */
export function httpEvent(method: string, path: string, options: HttpEventOptions = {}) {
  const { headers = {}, query = '', body } = options;
  const domainName = 'abc123.execute-api.eu-west-1.amazonaws.com';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: domainName, 'x-forwarded-proto': 'https', ...headers },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc123',
      domainName,
      domainPrefix: 'abc123',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'curl/8.5.0',
      },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage: '$default',
      time: '24/Nov/2026:06:00:00 +0000',
      timeEpoch: 1795500000000,
    },
    ...(body && { body: Buffer.from(body).toString('base64') }),
    isBase64Encoded: body !== undefined,
  };
}

/** An event of an SQS queue, as its event source mapping sends it. */
export function sqsEvent(...messages: readonly { body: string; receiptHandle: string }[]) {
  return {
    Records: messages.map(({ body, receiptHandle }, i) => ({
      messageId: `059f36b4-87a3-44ab-83d2-66197500000${i}`,
      receiptHandle,
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1795500000000',
        SenderId: 'AIDAIENQZJOLO23YVJ4VO',
        ApproximateFirstReceiveTimestamp: '1795500000100',
      },
      messageAttributes: {},
      md5OfBody: '098f6bcd4621d373cade4e832627b4f6',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:jobs',
      awsRegion: 'eu-west-1',
    })),
  };
}
