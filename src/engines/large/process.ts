/** A process that paints one large picture after the other, and keeps the network that it painted with last. */

import { reasonOf } from '../../errors.ts';
import { type LargePainter, largePainter } from '../onnx/large.ts';
import type { LargeProcessReply, LargeProcessRequest } from './messages.ts';

interface Loaded {
  readonly number: number;
  readonly painter: LargePainter;
}

let loaded: Loaded | undefined;

// Whoever asked was killed, or needs no more: nobody waits.
process.once('disconnect', () => process.exit());

process.on('message', async (request: LargeProcessRequest) => {
  process.send?.(await reply(request));
});

async function reply({ instance, job, threads }: LargeProcessRequest): Promise<LargeProcessReply> {
  try {
    if (loaded?.number !== instance.number) {
      await loaded?.painter.close();
      loaded = { number: instance.number, painter: largePainter(instance, threads) };
    }
    await loaded.painter.paint(job);
    return {};
  } catch (error) {
    return { error: reasonOf(error) };
  }
}
