/** A process that learns one style and ends. */

import { constants, setPriority } from 'node:os';
import { learnOrder } from './learn-order.ts';
import type { ProcessNews, ProcessRequest } from './messages.ts';
import { problemOf } from './problem-of.ts';

// Whoever asked was killed: another one goes on from the last checkpoint.
process.once('disconnect', () => process.exit());

process.once('message', async (request: ProcessRequest) => {
  // Threads that are started from here on inherit it: those who paint meanwhile come first.
  setPriority(constants.priority.PRIORITY_LOW);
  process.send?.(await outcome(request), () => process.disconnect());
});

function tell(news: ProcessNews): void {
  process.send?.(news);
}

async function outcome(request: ProcessRequest): Promise<ProcessNews> {
  try {
    await learnOrder(request, tell);
    return { kind: 'done' };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', detail, problem: problemOf(error) };
  }
}
