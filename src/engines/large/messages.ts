/** What is said to the process that paints large pictures, and what it answers. */

import type { LargePicture } from '../../network/engine.ts';
import type { NetworkInstance } from '../../network/polyphase.ts';

/** A network that is to paint, by a number that no other has. */
export interface NumberedNetwork extends NetworkInstance {
  readonly number: number;
}

export interface LargeProcessRequest {
  readonly instance: NumberedNetwork;
  readonly job: LargePicture;
  readonly threads: number;
}

export interface LargeProcessReply {
  readonly error?: string;
}
