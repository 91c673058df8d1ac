/** Who asks, and what they may do. */

import { SCOPES, type Scope } from './scopes.ts';
import { OPEN_TENANT } from './tenants.ts';

export interface Principal {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  /** Of the key; undefined where there was none. */
  readonly keyId?: string;
  /** Requests a second; any number where absent. */
  readonly rate?: number | undefined;
  /** Pixels a day; any number where absent. */
  readonly quota?: number | undefined;
}

/** Anybody, where no key is asked for. */
export const ANYBODY: Principal = { tenant: OPEN_TENANT, scopes: SCOPES };
