/** Files in the OpenAPI document: as whole bodies, and in the three forms of a body that brings one. */

import { z } from '@hono/zod-openapi';
import { MEDIA_TYPES, OUTPUT_FORMATS } from '../pictures/formats.ts';
import { VIDEO_MEDIA_TYPES } from '../video/container.ts';

/** Some generators know bytes by the format, others as JSON Schema 2020-12 says it. */
export const BINARY = {
  type: 'string',
  format: 'binary',
  contentMediaType: 'application/octet-stream',
} as const;

const binary = z.string().openapi(BINARY);

/** What stands for bytes in examples. */
const BYTES = '<bytes>';

function binaries(mediaTypes: readonly string[]): Record<string, { schema: typeof binary }> {
  return Object.fromEntries(mediaTypes.map((type) => [type, { schema: binary }]));
}

/** Bytes of which no more is said. */
export const ANY_BYTES = binaries(['application/octet-stream']);

export const JPEG_BYTES = binaries([MEDIA_TYPES.jpeg]);

/** A painting as the body of an answer. */
export const PAINTINGS = binaries(OUTPUT_FORMATS.map((format) => MEDIA_TYPES[format]));

export const IMAGE_MEDIA_TYPES = Object.values(MEDIA_TYPES);

/** Files as whole bodies of requests. */
export function fileBodies(mediaTypes: readonly string[]) {
  return Object.fromEntries(
    mediaTypes.map((type) => [type, { schema: binary, examples: file(type) }]),
  );
}

/** What signed URLs take. */
export const UPLOAD_BODIES = fileBodies([...IMAGE_MEDIA_TYPES, ...VIDEO_MEDIA_TYPES]);

function file(mediaType: string): Examples {
  const summary = `The file as it is: curl -H 'content-type: ${mediaType}' --data-binary @file`;
  return { file: { summary, value: BYTES } };
}

type Examples = Record<string, { summary: string; value: unknown }>;

/** A file that a request brings, and what is said beside it. */
export interface FileRequest {
  readonly path: string;
  /** As the file is called in forms and JSON. */
  readonly field: string;
  readonly file: z.ZodType;
  /** What stands for the file in JSON. */
  readonly text: z.ZodType;
  readonly options: Readonly<Record<string, z.ZodType>>;
  /** Fields that may be files too, in forms, and in JSON. */
  readonly otherFiles?: {
    readonly file: Readonly<Record<string, z.ZodType>>;
    readonly text: Readonly<Record<string, z.ZodType>>;
  };
  /** Of the file's own bytes. */
  readonly mediaTypes: readonly string[];
  readonly example: {
    readonly fileName: string;
    readonly outputName: string;
    /** Values of the field in JSON, by what they are. */
    readonly texts: Readonly<Record<string, string>>;
    readonly options: Readonly<Record<string, string | number>>;
  };
}

/** The body in its three forms. The form comes first: generators that know one kind of body take that. */
export function fileRequestBody(request: FileRequest) {
  const { field, file, text, options, otherFiles, mediaTypes, example } = request;
  const { fileName, texts, options: given } = example;
  const contentType = mediaTypes.join(', ');
  return {
    required: true,
    content: {
      'multipart/form-data': {
        schema: z.object({ [field]: file, ...otherFiles?.file, ...options }),
        encoding: Object.fromEntries(
          [field, ...Object.keys(otherFiles?.file ?? {})].map((name) => [name, { contentType }]),
        ),
        examples: {
          form: {
            summary: `${fileName} and options, as fields of a form`,
            value: { [field]: BYTES, ...given },
          },
        },
      },
      'application/json': {
        schema: z.object({ [field]: text, ...otherFiles?.text, ...options }),
        examples: Object.fromEntries(
          Object.entries(texts).map(([what, value]) => [
            what,
            { summary: `By ${what}`, value: { [field]: value, ...given } },
          ]),
        ),
      },
      ...fileBodies([...mediaTypes, 'application/octet-stream']),
    },
  };
}

/** The same as commands, as Redocly's extension `x-codeSamples` has them. */
export function codeSamples({ path, field, mediaTypes, example }: FileRequest) {
  const { fileName, outputName, texts, options } = example;
  const address = `localhost:8080${path}`;
  const fields = Object.entries(options).map(([name, value]) => `-F ${name}=${value} `);
  const query = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  const [text] = Object.values(texts);
  const json = JSON.stringify({ [field]: text, ...options });
  const commands = {
    Form: `-F ${field}=@${fileName} ${fields.join('')}${address}`,
    Bytes: `-H 'content-type: ${mediaTypes[0]}' --data-binary @${fileName} '${address}?${query.join('&')}'`,
    JSON: `-H 'content-type: application/json' -d '${json}' ${address}`,
  };
  return Object.entries(commands).map(([label, command]) => ({
    lang: 'Shell',
    label,
    source: `curl -sf ${command} -o ${outputName}`,
  }));
}
