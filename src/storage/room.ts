/** Whether the disk has room for what is to be kept. */

import { freeBytes, isDiskFull, storageFull } from '../host/disk.ts';
import { ifThere } from './if-there.ts';

export interface Room {
  /** Runs what writes so many bytes. Throws a `storage-full` problem where the disk is full. */
  take<T>(bytes: number, write: () => Promise<T>): Promise<T>;
  /** Whether there is room again for what last found none. */
  isThere(): Promise<boolean>;
}

/** Records, notes and messages need some whatever happens. */
const MIN_FREE_BYTES = 2 ** 20;

/** Of the disk on which `folder` lies. */
export function roomIn(folder: string): Room {
  let refusedBytes = 0;
  return {
    async take(bytes, write) {
      try {
        return await write();
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        refusedBytes = Math.max(refusedBytes, bytes);
        throw storageFull('There is no room to keep this.', error);
      }
    },
    async isThere() {
      const free = (await ifThere(freeBytes(folder))) ?? Number.POSITIVE_INFINITY;
      if (free < refusedBytes + MIN_FREE_BYTES) return false;
      refusedBytes = 0;
      return true;
    },
  };
}
