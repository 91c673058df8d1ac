/**
 * What the templates for AWS take from the settings and from the bundle; `npm run package:deployment` builds it as
 * build/deployment.cjs, which osls reads (https://github.com/oss-serverless/serverless).
 */

import { readFile } from 'node:fs/promises';
import { listOf } from '../src/config/kinds.ts';
import { retentionDays, retentionOf } from '../src/storage/retention.ts';

interface Resolver {
  resolveVariable(name: string): Promise<unknown>;
}

/** The bucket's lifecycle: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html */
export async function rules({ resolveVariable }: Resolver) {
  const retention = retentionOf({
    outputTtlSeconds: Number(await resolveVariable('param:outputTtlSeconds')),
    urlTtlSeconds: Number(await resolveVariable('param:urlTtlSeconds')),
    resultTtlSeconds: Number(await resolveVariable('param:resultsTtlSeconds')),
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

/**
 * The bucket's CORS rules for the same origins as the API's. With `none` only the service's own address is left, which
 * needs no rule; one without effect stands for that, since the list may not be empty.
 */
export async function corsRules({ resolveVariable }: Resolver) {
  const origins = listOf(String(await resolveVariable('param:allowedOrigins')));
  const nobody = origins.length === 0 || origins.includes('none');
  return [
    {
      AllowedMethods: ['GET', 'PUT', 'POST'],
      AllowedOrigins: nobody ? ['https://none.invalid'] : origins,
      AllowedHeaders: ['*'],
      MaxAge: 3600,
    },
  ];
}

/** Lambda's names for the architectures that npm's `cpu` has. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'arm64' };

/** What the bundle was made for, so that functions never get another one than their binaries are for. */
export async function architecture(): Promise<string> {
  const { cpu = [] } = JSON.parse(await readFile('build/bundle/package.json', 'utf8'));
  const found = ARCHITECTURES[cpu[0]];
  if (found) return found;
  throw new Error(`Expected a bundle for x64 or arm64, got one for ${cpu}: npm run package:bundle`);
}
