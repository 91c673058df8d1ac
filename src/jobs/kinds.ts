/** The kinds of work there are. */

import { type JobKinds, jobKind } from './kind.ts';
import { stylizationKind } from './stylization/kind.ts';
import { videoKind } from './video/kind.ts';

export const JOB_KINDS = {
  [stylizationKind.name]: jobKind(stylizationKind),
  [videoKind.name]: jobKind(videoKind),
} satisfies JobKinds;
