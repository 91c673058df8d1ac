/** The painting worker as the page sees it. */

import type { MixPart } from '../../network/mix.ts';
import { keyHeaders } from '../key.ts';
import type { Backend, Frame, FromWorker, NetworkSize, ToWorker } from './messages.ts';

export interface Painter {
  /** What it computes with. `rangesUrl` is where what 8 bits need is, of the network of a single style. */
  load(mix: readonly MixPart[], size: NetworkSize, rangesUrl: string | undefined): Promise<Backend>;
  paint(frame: Frame): Promise<{ readonly frame: Frame; readonly ms: number }>;
  stop(): void;
}

const SCRIPT = '/assets/live-worker.js';

export function startPainter(): Painter {
  const worker = new Worker(SCRIPT, { type: 'module' });

  /** The worker answers in the order in which it was asked. */
  const waiting: { resolve(answer: FromWorker): void; reject(error: Error): void }[] = [];
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    const next = waiting.shift();
    if (data.kind === 'failed') next?.reject(new Error(data.reason));
    else next?.resolve(data);
  };
  let failure: Error | undefined;
  worker.onerror = ({ message }) => {
    failure = new Error(message || 'The painting worker could not be started.');
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  const ask = (message: ToWorker, transfer: Transferable[] = []): Promise<FromWorker> =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure);
      waiting.push({ resolve, reject });
      worker.postMessage(message, transfer);
    });

  return {
    async load(mix, size, rangesUrl) {
      const answer = await ask({ kind: 'load', mix, size, rangesUrl, headers: keyHeaders() });
      if (answer.kind !== 'ready') throw new TypeError(`Expected "ready", got "${answer.kind}".`);
      return answer.backend;
    },
    async paint(frame) {
      const answer = await ask({ kind: 'frame', frame }, [frame.data.buffer]);
      if (answer.kind !== 'painting')
        throw new TypeError(`Expected a painting, got "${answer.kind}".`);
      return answer;
    },
    stop: () => worker.terminate(),
  };
}
