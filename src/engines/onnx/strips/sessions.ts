/** The sessions of a network's passes, each loaded when it is first asked for. */

import '../without-telemetry.ts';
import { InferenceSession } from 'onnxruntime-node';
import { passModel } from '../../../formats/onnx/pass-model.ts';
import type { Pass } from '../../../network/passes.ts';
import type { NetworkInstance } from '../../../network/polyphase.ts';
import { sessionOptions } from '../engine.ts';

export interface PassSessions {
  of(pass: Pass): Promise<InferenceSession>;
  close(): Promise<void>;
}

/**
 * `instance` is in polyphase form. Each computes on the thread that calls it; `further` options are for who looks at them
 * closely.
 */
export function passSessions(
  instance: NetworkInstance,
  further: InferenceSession.SessionOptions = {},
): PassSessions {
  const loaded = new Map<Pass, Promise<InferenceSession>>();
  const options: InferenceSession.SessionOptions = {
    ...sessionOptions(1, { disable_quant_qdq: '1' }),
    // There are many of them, and each would keep the memory of its largest strip.
    enableCpuMemArena: false,
    ...further,
  };
  return {
    of(pass) {
      const session =
        loaded.get(pass) ?? InferenceSession.create(passModel(instance, pass), options);
      loaded.set(pass, session);
      return session;
    },
    async close() {
      for (const session of loaded.values()) await (await session).release();
      loaded.clear();
    },
  };
}
