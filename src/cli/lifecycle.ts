/** `impasto lifecycle`: the lifecycle rules that a bucket needs, from the settings. */

import type { Config } from '../config/config.ts';
import { retentionIn } from '../services/store.ts';
import { bucketLifecycle } from '../storage/retention.ts';

export function printLifecycle(config: Config): void {
  const rules = bucketLifecycle(retentionIn(config), config.S3_PREFIX);
  console.log(JSON.stringify(rules, null, 2));
}
