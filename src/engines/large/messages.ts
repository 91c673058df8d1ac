/** What is said to the process that paints a large picture, and what it answers. */

import type { StripNetwork } from '../../formats/onnx/pass-model.ts';
import type { LargePicture } from '../../network/engine.ts';

export interface LargeProcessRequest {
  readonly strips: Omit<StripNetwork, 'extent'>;
  readonly job: LargePicture;
  readonly threads: number;
}

export interface LargeProcessReply {
  readonly error?: string;
}
