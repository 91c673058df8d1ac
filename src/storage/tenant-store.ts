/**
 * A tenant's part of the store. What would lie at `jobs/x` lies at `tenants/jobs/<tenant>/x`: the kind of a blob comes
 * first, so that lifecycle rules, which know prefixes only, hold for all tenants.
 */

import type { BlobStore, RecordStore } from './blob-store.ts';

export const TENANTS = 'tenants/';

/** Between the keys of a tenant and those of its part of the store. */
interface Places {
  readonly keyOf: (own: string) => string;
  readonly ownOf: (key: string) => string;
}

/**
 * The store as the tenant sees it: whatever key it is asked for is one of the tenant's own. Without a tenant, the part
 * that is nobody's. A key or prefix has its first slash in it.
 */
export function tenantStore(whole: BlobStore, tenant: string | undefined): BlobStore {
  const { keyOf, ownOf } = tenant === undefined ? NOBODYS : placesOf(tenant);
  return {
    ...whole,
    read: async (key) => whole.read(keyOf(key)),
    readChanged: async (key, version) => whole.readChanged(keyOf(key), version),
    write: async (key, bytes, options) => whole.write(keyOf(key), bytes, options),
    delete: async (keys) => whole.delete(keys.map(keyOf)),
    async list(prefix, { after, limit }) {
      const keys = await whole.list(keyOf(prefix), {
        limit,
        ...(after && { after: keyOf(after) }),
      });
      return keys.map(ownOf);
    },
    async *entries(prefix) {
      for await (const entry of whole.entries(keyOf(prefix))) {
        yield { ...entry, key: ownOf(entry.key) };
      }
    },
    copy: async (from, to) => whole.copy(keyOf(from), keyOf(to)),
    expire: async (prefix, ageMs) => whole.expire(keyOf(prefix), ageMs),
    downloadUrl: async (key, options) => whole.downloadUrl(keyOf(key), options),
    upload: async (key, options) => whole.upload(keyOf(key), options),
  };
}

/** Tenants that have something under this prefix of theirs, such as `expiry/`. */
export async function* tenantsWith(whole: RecordStore, prefix: string): AsyncGenerator<string> {
  const place = TENANTS + prefix;
  for (let after = place; ; ) {
    const [key] = await whole.list(place, { limit: 1, after });
    if (key === undefined) return;
    const [tenant = ''] = key.slice(place.length).split('/', 1);
    yield tenant;
    // The character behind the slash: all that the tenant has comes before it.
    after = `${place}${tenant}0`;
  }
}

const NOBODYS: Places = {
  keyOf(own) {
    if (!own.startsWith(TENANTS)) return own;
    throw new TypeError(`Expected a key that is no tenant's, got ${own}.`);
  },
  ownOf: (key) => key,
};

function placesOf(tenant: string): Places {
  return {
    keyOf(own) {
      const kind = kindOf(own);
      return `${TENANTS}${kind}${tenant}/${own.slice(kind.length)}`;
    },
    ownOf(key) {
      const kind = kindOf(key.slice(TENANTS.length));
      return kind + key.slice(`${TENANTS}${kind}${tenant}/`.length);
    },
  };
}

/** Up to the first slash. */
function kindOf(key: string): string {
  const end = key.indexOf('/') + 1;
  if (end > 1) return key.slice(0, end);
  throw new TypeError(`Expected a key with a folder, got ${key}.`);
}
