/** A server that speaks the protocol of Amazon SQS, in this process. */

import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';

export interface SqsServer {
  readonly endpoint: string;
  readonly client: SQSClient;
  /** A queue that moves messages to dead letters after so many receives. */
  createQueue(maxReceives: number): Promise<{ url: string; deadLettersUrl: string }>;
  stop(): Promise<void>;
}

export async function startSqs(): Promise<SqsServer> {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = new SQSClient({ region: 'us-east-1', endpoint });
  const create = async (attributes: Record<string, string>) => {
    const QueueName = crypto.randomUUID();
    const made = await client.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
    return made.QueueUrl!;
  };
  return {
    endpoint,
    client,
    async createQueue(maxReceives) {
      const deadLettersUrl = await create({});
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: deadLettersUrl,
          AttributeNames: ['QueueArn'],
        }),
      );
      const redrive = { deadLetterTargetArn: Attributes!.QueueArn, maxReceiveCount: maxReceives };
      return { url: await create({ RedrivePolicy: JSON.stringify(redrive) }), deadLettersUrl };
    },
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
}
