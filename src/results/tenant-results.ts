/** The stylizer as a tenant sees it: paintings of others answer nothing that it asks for. */

import type { Results } from './results.ts';

export function tenantResults(results: Results, tenant: string): Results {
  return {
    stylize: (file, options, context) => results.stylize(file, options, { ...context, tenant }),
    obtain: (file, options, context) => results.obtain(file, options, { ...context, tenant }),
    find: (digest, options, context) => results.find(digest, options, { ...context, tenant }),
  };
}
