/** The lifecycle rules of serverless.yml's bucket, from its settings; `npm run package:bundle` builds it. */

import { retentionDays, retentionOf } from '../src/storage/retention.ts';

interface Resolver {
  resolveVariable(name: string): Promise<unknown>;
}

/** Defaults of URL_TTL_SECONDS and RESULTS_TTL_SECONDS, which the template leaves as they are. */
const URL_TTL_SECONDS = 3600;
const RESULTS_TTL_SECONDS = 86_400;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html */
export async function rules({ resolveVariable }: Resolver) {
  const outputTtlSeconds = Number(await resolveVariable('param:outputTtlSeconds'));
  const retention = retentionOf({
    outputTtlSeconds,
    urlTtlSeconds: URL_TTL_SECONDS,
    resultTtlSeconds: RESULTS_TTL_SECONDS,
  });
  const expirations = retentionDays(retention).map(({ prefix, days }) => ({
    Id: prefix.replace(/\W/g, ''),
    Prefix: prefix,
    Status: 'Enabled',
    ExpirationInDays: days,
  }));
  const parts = {
    Id: 'parts',
    Status: 'Enabled',
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  };
  return [...expirations, parts];
}
