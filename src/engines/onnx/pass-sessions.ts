/** The sessions of a network's passes, each loaded when it is first asked for. */

import './without-telemetry.ts';
import { InferenceSession } from 'onnxruntime-node';
import { passModel } from '../../formats/onnx/pass-model.ts';
import {
  type FoundStatistics,
  hasFoldedNorms,
  withFoldedNorms,
} from '../../network/folded-norms.ts';
import type { Pass } from '../../network/passes.ts';
import type { NetworkInstance } from '../../network/polyphase.ts';
import { sessionOptions } from './engine.ts';

export interface LoadedPass {
  /** Without norms that are part of its convolutions. */
  readonly pass: Pass;
  readonly session: InferenceSession;
  /** To be called when the pass is over. */
  readonly release: () => Promise<void>;
}

export interface PassSessions {
  /** Of a picture of which these statistics are known so far. */
  of(pass: Pass, statistics: FoundStatistics): Promise<LoadedPass>;
  close(): Promise<void>;
}

/** `instance` is in polyphase form. */
export function passSessions(instance: NetworkInstance, threads: number): PassSessions {
  const { weights, ranges } = instance;
  const kept = new Map<Pass, Promise<InferenceSession>>();
  const options: InferenceSession.SessionOptions = {
    ...sessionOptions(threads, { disable_quant_qdq: '1' }),
    // There are many of them, and each would keep the memory of its largest strip.
    enableCpuMemArena: false,
  };
  const load = (pass: Pass, known = weights) =>
    InferenceSession.create(passModel({ ...instance, weights: known }, pass), options);
  return {
    async of(pass, statistics) {
      if (hasFoldedNorms(pass, ranges)) {
        const folded = withFoldedNorms(pass, weights, ranges, statistics);
        const session = await load(folded.pass, folded.weights);
        return { pass: folded.pass, session, release: () => session.release() };
      }
      const session = kept.get(pass) ?? load(pass);
      kept.set(pass, session);
      return { pass, session: await session, release: async () => {} };
    },
    async close() {
      for (const session of kept.values()) await (await session).release();
      kept.clear();
    },
  };
}
