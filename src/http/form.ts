/** multipart/form-data (RFC 7578), already in memory, under limits on the number of its parts. */

import { isUtf8 } from 'node:buffer';
import { Busboy } from '@fastify/busboy';
import { ProblemError } from '../errors.ts';
import { sniff } from '../images/sniff.ts';

export interface FormPart {
  readonly name: string;
  /** Text, where the part was neither named as a file nor said to be a picture or bytes. */
  readonly value: string | Uint8Array<ArrayBuffer>;
}

/** More than all options together; a form with more is not meant for us. */
const MAX_PARTS = 24;

const MAX_NAME_BYTES = 100;

/** Parts in the order of the form; those named in `files` hold bytes. Throws a `malformed-body` problem. */
export function readForm(
  body: Uint8Array,
  contentType: string,
  files: readonly string[],
): Promise<FormPart[]> {
  return new Promise((resolve, reject) => {
    const fail = (detail: string, cause?: unknown) =>
      reject(new ProblemError('malformed-body', detail, { cause }));
    const damaged = (cause: unknown) =>
      fail('Expected a multipart/form-data body with its boundary; this one is damaged.', cause);
    const parts: FormPart[] = [];
    try {
      const parser = new Busboy({
        headers: { 'content-type': contentType },
        isPartAFile: (name = '', type, fileName) => files.includes(name) || isFile(type, fileName),
        limits: { parts: MAX_PARTS, fieldNameSize: MAX_NAME_BYTES, fieldSize: body.byteLength },
      });
      parser.on('field', (name, value) => parts.push({ name, value }));
      parser.on('file', (name, stream, fileName, encoding) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', damaged);
        stream.on('end', () => {
          const bytes = unpacked(Buffer.concat(chunks), encoding);
          const text = fileName === undefined && isReference(bytes);
          parts.push({ name, value: text ? bytes.toString() : bytes });
        });
      });
      parser.on('partsLimit', () => fail(`Expected at most ${MAX_PARTS} form fields, got more.`));
      parser.on('error', damaged);
      parser.on('finish', () => resolve(parts));
      parser.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
    } catch (cause) {
      damaged(cause);
    }
  });
}

/** What a picture comes in: a file name is optional (RFC 7578, section 4.2), and so is a media type. */
function isFile(mediaType?: string, fileName?: string): boolean {
  const binary = /^(?:image\/|video\/|application\/octet-stream$)/.test(mediaType ?? '');
  return fileName !== undefined || binary;
}

/** Text that names a picture, or was meant to: pictures are known by their first bytes. */
function isReference(bytes: Buffer): boolean {
  return sniff(bytes) === undefined && isUtf8(bytes);
}

/** Some senders still pack parts for mail (RFC 7578, section 4.7, deprecates that). */
function unpacked(bytes: Buffer<ArrayBuffer>, encoding: string): Buffer<ArrayBuffer> {
  return encoding === 'base64' ? Buffer.from(bytes.toString('latin1'), 'base64') : bytes;
}
