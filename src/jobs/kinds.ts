/** The kinds of work there are. */

import { type JobKinds, jobKind } from './kind.ts';
import { styleKind } from './style/kind.ts';
import { stylizationKind } from './stylization/kind.ts';
import { videoKind } from './video/kind.ts';

export const JOB_KINDS = {
  [stylizationKind.name]: jobKind(stylizationKind),
  [styleKind.name]: jobKind(styleKind),
  [videoKind.name]: jobKind(videoKind),
} satisfies JobKinds;
