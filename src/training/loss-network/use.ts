/** A loss network for as long as something is done with it. */

import type { DownloadOptions } from './download.ts';
import type { LossNetwork } from './loss-network.ts';

/** A file, a folder or a web address, and how it is downloaded. */
export interface LossNetworkSource extends DownloadOptions {
  readonly place: string;
  /** Called when nothing is left to download: it is open, or could not be opened. */
  readonly onSettled?: () => void;
}

/** TensorFlow must be loaded. Throws like `openLossNetwork`. */
export async function withLossNetwork<T>(
  { place, onSettled, ...options }: LossNetworkSource,
  work: (lossNetwork: LossNetwork) => Promise<T>,
): Promise<T> {
  const { openLossNetwork } = await import('./open.ts');
  const lossNetwork = await openLossNetwork(place, options).finally(onSettled);
  try {
    return await work(lossNetwork);
  } finally {
    lossNetwork.dispose();
  }
}
