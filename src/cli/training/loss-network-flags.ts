/** The options that say where the loss network is, and the progress bar of its download. */

import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import type { LossNetworkSource } from '../../training/loss-network/use.ts';
import { digest } from '../arguments.ts';

export interface LossNetworkFlags {
  readonly lossNetwork: string;
  readonly lossNetworkDigest?: string;
  readonly cacheDir: string;
}

export function withLossNetworkFlags(command: Command, cacheDir: string): Command {
  return command
    .addOption(
      new Option(
        '--loss-network <place>',
        'VGG19: a folder, a .safetensors, .h5 or model.json file, or the web address of one',
      )
        .env('LOSS_NETWORK')
        .makeOptionMandatory(),
    )
    .option(
      '--loss-network-digest <digest>',
      'what a downloaded file must have, "sha256:<hex>"',
      digest,
    )
    .addOption(
      new Option('--cache-dir <folder>', 'where downloads are kept')
        .env('IMPASTO_CACHE_DIR')
        .default(cacheDir),
    );
}

/** Where downloads are kept unless told otherwise. */
export function defaultCacheDir(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CACHE_HOME: cache, HOME: home } = environment;
  if (cache) return join(cache, 'impasto');
  return home ? join(home, '.cache', 'impasto') : '.impasto-cache';
}

/** With a progress bar where it is downloaded. */
export function lossNetworkSource(flags: LossNetworkFlags): LossNetworkSource {
  const { lossNetwork: place, lossNetworkDigest, cacheDir } = flags;
  return { place, cacheDir, digest: lossNetworkDigest, ...downloadBar() };
}

function downloadBar(): Pick<Required<LossNetworkSource>, 'onProgress' | 'onSettled'> {
  const format = 'loss network {bar} {value}/{total} MB';
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  return {
    onProgress(received, total = received) {
      if (process.stderr.isTTY !== true) return;
      if (!bar.isActive) bar.start(megabytes(total), 0);
      bar.update(megabytes(received));
    },
    onSettled: () => bar.stop(),
  };
}
