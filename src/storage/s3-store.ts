/** Blobs as objects of an S3 bucket; what is there only for a while is left to its lifecycle. */

import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { traceClient } from '../telemetry/traced-client.ts';
import {
  ABSENT,
  type BlobStore,
  type StoredBlob,
  UNCHANGED,
  type Upload,
  type UploadOptions,
  VersionConflictError,
} from './blob-store.ts';

export interface S3Options {
  readonly bucket: string;
  /** Put before every key, such as `impasto/`. */
  readonly prefix: string;
  readonly region: string;
  /** Another server than Amazon's; it is addressed by path. */
  readonly endpoint?: string | undefined;
  /** How others reach that server, where they do it otherwise; for signed URLs. */
  readonly publicEndpoint?: string | undefined;
}

/** Keys that one request may delete. */
const MAX_DELETED_KEYS = 1000;

/** Credentials are found as the AWS SDK finds them: environment, profile, role. */
export function s3Store(options: S3Options): BlobStore {
  const { bucket, prefix, region, endpoint, publicEndpoint } = options;
  const client = traceClient(clientOf(region, endpoint));
  const signer = publicEndpoint ? clientOf(region, publicEndpoint) : client;
  const at = (key: string) => ({ Bucket: bucket, Key: prefix + key });
  const read = async (key: string, conditions: object): Promise<StoredBlob | undefined> => {
    try {
      const request = new GetObjectCommand({ ...at(key), ...conditions });
      const { Body, ETag } = await client.send(request);
      const bytes = new Uint8Array((await Body?.transformToByteArray()) ?? []);
      return { bytes, version: versionOf(ETag) };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
  return {
    read: (key) => read(key, {}),
    readChanged: (key, version) =>
      read(key, { IfNoneMatch: `"${version}"` }).catch((error: unknown) => {
        if (statusOf(error) === 304) return UNCHANGED;
        throw error;
      }),
    async write(key, bytes, { mediaType, expected } = {}) {
      try {
        const { ETag } = await client.send(
          new PutObjectCommand({
            ...at(key),
            Body: bytes,
            ...(mediaType && { ContentType: mediaType }),
            ...(expected === ABSENT && { IfNoneMatch: '*' }),
            ...(typeof expected === 'string' && { IfMatch: expected }),
          }),
        );
        return versionOf(ETag);
      } catch (error) {
        if (expected !== undefined && isConflict(error)) throw new VersionConflictError(key);
        throw error;
      }
    },
    async delete(keys) {
      for (let i = 0; i < keys.length; i += MAX_DELETED_KEYS) {
        const Objects = keys.slice(i, i + MAX_DELETED_KEYS).map((key) => ({ Key: prefix + key }));
        const request = { Bucket: bucket, Delete: { Objects, Quiet: true } };
        const { Errors = [] } = await client.send(new DeleteObjectsCommand(request));
        if (Errors.length > 0) throw new Error(`S3 did not delete ${Errors[0]?.Key}.`);
      }
    },
    async list(start, { after, limit }) {
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix + start,
          MaxKeys: limit,
          ...(after && { StartAfter: prefix + after }),
        }),
      );
      return Contents.map(({ Key = '' }) => Key.slice(prefix.length));
    },
    async *entries(start) {
      const place = { Bucket: bucket, Prefix: prefix + start };
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, place)) {
        for (const { Key = '', Size = 0, LastModified } of Contents) {
          const writtenMs = LastModified?.getTime() ?? 0;
          yield { key: Key.slice(prefix.length), bytes: Size, writtenMs };
        }
      }
    },
    async copy(from, to) {
      const source = [bucket, ...(prefix + from).split('/')].map(encodeURIComponent).join('/');
      try {
        await client.send(new CopyObjectCommand({ ...at(to), CopySource: source }));
        return true;
      } catch (error) {
        if (error instanceof NoSuchKey || statusOf(error) === 404) return false;
        throw error;
      }
    },
    // The bucket's lifecycle rules do it; see `impasto lifecycle`.
    expire: async () => 0,
    sweep: async () => {},
    hasRoom: async () => true,
    downloadUrl: (key, { ttlSeconds }) =>
      getSignedUrl(signer, new GetObjectCommand(at(key)), { expiresIn: ttlSeconds }),
    upload: (key, options) => presignedUpload(signer, at(key), options),
  };
}

function clientOf(region: string, endpoint: string | undefined): S3Client {
  return new S3Client({
    region,
    ...(endpoint && { endpoint, forcePathStyle: true }),
    // The SDK would sign a checksum of the empty body into presigned uploads.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/**
 * A PUT of exactly this size and type, of a key that is not there yet, and a form whose policy says
 * the same as far as policies can: a form may be sent again while it is valid.
 */
async function presignedUpload(
  client: S3Client,
  place: { readonly Bucket: string; readonly Key: string },
  { ttlSeconds, mediaType, bytes }: UploadOptions,
): Promise<Upload> {
  const command = new PutObjectCommand({
    ...place,
    ContentType: mediaType,
    ContentLength: bytes,
    IfNoneMatch: '*',
  });
  const [url, form] = await Promise.all([
    getSignedUrl(client, command, {
      expiresIn: ttlSeconds,
      signableHeaders: new Set(['content-type', 'content-length', 'host', 'if-none-match']),
      unhoistableHeaders: new Set(['if-none-match']),
    }),
    createPresignedPost(client, {
      ...place,
      Expires: ttlSeconds,
      Fields: { 'Content-Type': mediaType },
      Conditions: [
        ['content-length-range', bytes, bytes],
        ['eq', '$Content-Type', mediaType],
      ],
    }),
  ]);
  const headers = { 'content-type': mediaType, 'if-none-match': '*' };
  return { put: { url, headers }, form };
}

/** Without its quotes: not every server takes it back with them. */
function versionOf(entityTag = ''): string {
  return entityTag.replaceAll('"', '');
}

/** 409 is the answer to several conditional writes at the same moment. */
function isConflict(error: unknown): boolean {
  return error instanceof NoSuchKey || [409, 412].includes(statusOf(error) ?? 0);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
