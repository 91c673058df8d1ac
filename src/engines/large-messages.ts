/** What is said to the process that paints a large picture, and what it answers. */

import type { LargePicture } from '../core/engine.ts';
import type { StripNetwork } from '../core/onnx/strips.ts';

export interface LargeProcessRequest {
  readonly strips: Omit<StripNetwork, 'extent'>;
  readonly job: LargePicture;
  readonly threads: number;
}

export interface LargeProcessReply {
  readonly error?: string;
}
