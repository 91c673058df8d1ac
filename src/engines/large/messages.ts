/** What is said to the process that paints a large picture, and what it answers. */

import type { LargePicture } from '../../network/engine.ts';
import type { NetworkInstance } from '../../network/polyphase.ts';

export interface LargeProcessRequest {
  readonly instance: NetworkInstance;
  readonly job: LargePicture;
  readonly threads: number;
}

export interface LargeProcessReply {
  readonly error?: string;
}
