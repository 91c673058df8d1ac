/** multipart/form-data (RFC 7578), already in memory, under limits on the number of its parts. */

import { Busboy } from '@fastify/busboy';
import { ProblemError } from '../errors.ts';

export interface FormPart {
  readonly name: string;
  readonly value: string | Uint8Array;
}

/** More than all options together; a form with more is not meant for us. */
const MAX_PARTS = 24;

const MAX_NAME_BYTES = 100;

/** Parts in the order of the form. Throws a `malformed-body` problem. */
export function readForm(body: Uint8Array, contentType: string): Promise<FormPart[]> {
  return new Promise((resolve, reject) => {
    const fail = (detail: string, cause?: unknown) =>
      reject(new ProblemError('malformed-body', detail, { cause }));
    const damaged = (cause: unknown) =>
      fail('Expected a multipart/form-data body with its boundary; this one is damaged.', cause);
    const parts: FormPart[] = [];
    try {
      const parser = new Busboy({
        headers: { 'content-type': contentType },
        limits: { parts: MAX_PARTS, fieldNameSize: MAX_NAME_BYTES, fieldSize: body.byteLength },
      });
      parser.on('field', (name, value) => parts.push({ name, value }));
      parser.on('file', (name, stream) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', damaged);
        stream.on('end', () => parts.push({ name, value: Buffer.concat(chunks) }));
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
