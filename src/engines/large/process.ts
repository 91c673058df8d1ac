/** A process that paints one large picture and ends. */

import { paintLarge } from '../onnx/large.ts';
import type { LargeProcessReply, LargeProcessRequest } from './messages.ts';

// Whoever asked was killed: nobody waits any more.
process.once('disconnect', () => process.exit());

process.once('message', async ({ instance, job, threads }: LargeProcessRequest) => {
  process.send?.(await reply(() => paintLarge(instance, job, threads)), () => process.disconnect());
});

async function reply(work: () => Promise<void>): Promise<LargeProcessReply> {
  try {
    await work();
    return {};
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
