/** A proxy that sees every request to a server and its answer, and may lose answers. */

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
  readonly status: number;
  readonly answer: Buffer;
}

export interface Proxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** `see` is told of every exchange, and answers whether the caller is not to get its answer. */
export async function startProxy(
  endpoint: string,
  see: (exchange: Exchange) => boolean | undefined,
): Promise<Proxy> {
  const { hostname, port } = new URL(endpoint);
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const body = Buffer.concat(await incoming.toArray());
    // The host is signed: it stays the one that the caller knows.
    const forwarded = request({ hostname, port, method, path, headers });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end(body);
    const [from] = await once(forwarded, 'response');
    const answer = Buffer.concat(await from.toArray());
    const status = from.statusCode;
    if (see({ method, path, headers, body, status, answer })) return outgoing.destroy();
    return outgoing.writeHead(status, from.headers).end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
