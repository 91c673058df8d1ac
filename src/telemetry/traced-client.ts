/**
 * Spans of requests to Amazon's services, or to those that speak their protocols, one for each attempt; after
 * https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/. What has no trace, such as looking for messages, has none.
 */

import { inSpan, isInTrace } from './tracing.ts';

/** What is needed of a client of the AWS SDK. */
interface Client<Request extends Sent, Options, Answer extends Received> {
  readonly config: {
    readonly serviceId: string;
    readonly requestHandler: { handle(request: Request, options?: Options): Promise<Answer> };
  };
}

interface Sent {
  readonly method: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

interface Received {
  readonly response: { readonly statusCode: number };
}

/** Other errors are answers that are asked for: a key that is not there, a record that somebody else has written. */
const FAILURES_FROM = 500;

/** Has each of the client's requests be a span. Neither path nor query is in it: they have keys and signatures in them. */
export function traceClient<R extends Sent, O, A extends Received, C extends Client<R, O, A>>(
  client: C & Client<R, O, A>,
): C {
  const { requestHandler: sender, serviceId } = client.config;
  const handle = sender.handle.bind(sender);
  sender.handle = (request, options) => {
    if (!isInTrace()) return handle(request, options);
    const method = methodOf(request);
    const attributes = {
      'rpc.system': 'aws-api',
      'rpc.service': serviceId,
      'rpc.method': method,
      'http.request.method': request.method,
      'server.address': request.hostname,
      'server.port': request.port,
    };
    const name = `${serviceId} ${method ?? request.method}`;
    return inSpan(name, { kind: 'client', attributes }, async (span) => {
      const answer = await handle(request, options);
      const { statusCode: status } = answer.response;
      span.set({ 'http.response.status_code': status });
      if (status >= FAILURES_FROM) span.fail(String(status));
      return answer;
    });
  };
  return client;
}

/** Undefined where the protocol has methods of HTTP only, as that of S3. */
function methodOf({ headers }: Sent): string | undefined {
  return headers['x-amz-target']?.split('.').at(-1);
}
