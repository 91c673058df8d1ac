/** Which optional parts are installed on this machine. */

import { existsSync } from 'node:fs';
import { tensorflowEngine } from '../../src/engines/tensorflow/engine.ts';
import { hasVideoPrograms } from '../../src/video/program.ts';

/** Why the TensorFlow engine's tests are skipped; undefined where it is installed. */
export const tensorflowMissing = await tensorflowEngine().then(
  () => undefined,
  () => 'tfjs-node is not installed: npm install @tensorflow/tfjs-node@4.22.0',
);

/** Why tests of several workers are skipped; undefined where ZeroMQ is installed. */
export const zeromqMissing = await import('zeromq').then(
  () => undefined,
  () => 'zeromq is not installed: npm install zeromq',
);

/** Why tests of Keras files are skipped; undefined where the HDF5 library is installed. */
export const hdf5Missing = await import('h5wasm/node').then(
  () => undefined,
  () => 'h5wasm is not installed: npm install h5wasm',
);

/** Debian's Chromium, or the browser that CHROMIUM names. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why tests in a browser are skipped; undefined where there is one. */
export const chromiumMissing = existsSync(chromiumPath)
  ? undefined
  : `no browser at ${chromiumPath}: install Chromium, or set CHROMIUM to its path`;

/** Why tests of videos are skipped; undefined where the programs are installed. */
export const ffmpegMissing = hasVideoPrograms()
  ? undefined
  : 'ffmpeg and ffprobe are not installed: apt-get install ffmpeg';

/** An S3 server to test against; credentials as the AWS SDK finds them. */
export const s3Endpoint = process.env['TEST_S3_ENDPOINT'];

/** Why tests of S3 are skipped; undefined where there is a server. */
export const s3Missing = s3Endpoint
  ? undefined
  : 'no S3 server: start one with test/support/radosgw.sh and set TEST_S3_ENDPOINT';
