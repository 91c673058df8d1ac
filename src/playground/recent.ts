/** What was painted here lately: kept on the visitor's device and nowhere else, and no more than a few. */

import { useEffect, useState } from 'preact/hooks';

export interface Recent {
  /** Newer ones have larger numbers. */
  readonly id: number;
  /** Of the photograph. */
  readonly name: string;
  /** The part of a link that restores the settings. */
  readonly fragment: string;
  /** The photograph as it was worked with. */
  readonly photo: Blob;
  /** The painting, small. */
  readonly thumbnail: Blob;
}

export const MAX_RECENT = 12;

const DATABASE = 'impasto';
const STORE = 'recent';

const watchers = new Set<() => void>();

/** Newest first. A browser that keeps nothing has none. */
export function useRecent(): readonly Recent[] {
  const [recent, setRecent] = useState<readonly Recent[]>([]);
  useEffect(() => {
    const read = () => void all().then(setRecent, () => {});
    read();
    watchers.add(read);
    return () => void watchers.delete(read);
  }, []);
  return recent;
}

/** Takes the place of an earlier painting of the same photograph with the same settings. */
export async function keepRecent(painted: Omit<Recent, 'id'>): Promise<void> {
  const before = await all();
  const same = before.filter(
    ({ name, fragment, photo }) =>
      name === painted.name && fragment === painted.fragment && photo.size === painted.photo.size,
  );
  const surplus = before.filter((one) => !same.includes(one)).slice(MAX_RECENT - 1);
  await change((store) => {
    for (const { id } of [...same, ...surplus]) store.delete(id);
    store.add(painted);
  });
}

export function forgetRecent(): Promise<void> {
  return change((store) => store.clear());
}

async function all(): Promise<Recent[]> {
  const database = await open();
  const kept = await answered(database.transaction(STORE).objectStore(STORE).getAll());
  database.close();
  return (kept as Recent[]).reverse();
}

async function change(work: (store: IDBObjectStore) => void): Promise<void> {
  const database = await open();
  const transaction = database.transaction(STORE, 'readwrite');
  work(transaction.objectStore(STORE));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  database.close();
  for (const tell of watchers) tell();
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () =>
    request.result.createObjectStore(STORE, { keyPath: 'id', autoIncrement: true });
  return answered(request);
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
