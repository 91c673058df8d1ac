/** `impasto lifecycle`: the lifecycle rules that a bucket needs, from the settings. */

import type { Config } from '../config/config.ts';
import { bucketLifecycle, retentionOf } from '../storage/retention.ts';

export function printLifecycle(config: Config): void {
  const retention = retentionOf({
    outputTtlSeconds: config.OUTPUT_TTL_SECONDS,
    urlTtlSeconds: config.URL_TTL_SECONDS,
    resultTtlSeconds: config.RESULTS_TTL_SECONDS,
  });
  console.log(JSON.stringify(bucketLifecycle(retention, config.S3_PREFIX), null, 2));
}
