/** Which encoder of AV1 is chosen, by what `ffmpeg -encoders` prints. */

import { expect, test } from 'vitest';
import { encoderOf } from '../../src/video/av1.ts';

const SVT =
  ' V..... libsvtav1            SVT-AV1(Scalable Video Technology for AV1) encoder (codec av1)';
const AOM = ' V....D libaom-av1           libaom AV1 (codec av1)';
const OTHERS =
  ' V....D libx264              libx264 H.264 / AVC\n A..... libaom-av1-of-sound  none';

test.each([
  ['the faster one', `${AOM}\n${SVT}`, 64, 'libsvtav1'],
  ['the one that knows small sides', `${AOM}\n${SVT}`, 62, 'libaom-av1'],
  ['the one that is there', `${OTHERS}\n${AOM}`, 640, 'libaom-av1'],
])('%s', (_, encoders, side, encoder) => {
  expect(encoderOf(encoders, { width: 640, height: side })).toContain(encoder);
});

test.each([
  ['none', OTHERS, 64],
  ['one that knows no small sides', SVT, 62],
])('where there is %s, what to ask for instead', (_, encoders, side) => {
  const chosen = () => encoderOf(encoders, { width: 640, height: side });
  expect(chosen).toThrow(expect.objectContaining({ type: 'video-unavailable' }));
  expect(chosen).toThrow('webm_codec');
});
