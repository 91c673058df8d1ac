/** What is said to the process that paints large pictures, and what it answers. */

import type { LargePicture } from '../../network/engine.ts';
import type { NumberedNetwork } from '../onnx/strips/thread.ts';

export interface LargeProcessRequest {
  readonly instance: NumberedNetwork;
  readonly threads: number;
  /** For rows that are kept; what is beyond it goes to disk. The same in all that a process is told. */
  readonly memoryBytes: number;
  /** Where it is absent, the network is made ready for pictures to come. */
  readonly job?: LargePicture;
}

export interface LargeProcessReply {
  readonly error?: string;
}
