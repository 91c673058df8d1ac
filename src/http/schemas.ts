/** Schemas that several routes share. */

import { z } from '@hono/zod-openapi';
import { BINARY } from './bodies.ts';
import { EXAMPLES } from './examples.ts';
import { expected } from './expectations.ts';

export const imageText = z
  .string({ error: expected('a data URL, an http(s) URL or an upload') })
  .openapi({
    description: 'The photograph as a data URL, its http(s) address, or an upload (`upload:…`).',
    example: 'data:image/jpeg;base64,/9j/4AAQSkZJRg…',
  });

export const videoText = z
  .string({ error: expected('a data URL, an http(s) URL or an upload') })
  .openapi({
    description: 'The video as a data URL, its http(s) address, or an upload (`upload:…`).',
    example: 'https://videos.example/clip.mp4',
  });

export const videoFileSchema = z
  .custom<File>((value) => value instanceof File, { error: expected('a video file') })
  .openapi({ ...BINARY, description: 'The video.' });

export const fileSchema = z
  .custom<File>((value) => value instanceof File, { error: expected('an image file') })
  .openapi({ ...BINARY, description: 'The photograph.' });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .openapi('Problem');

export const healthSchema = z
  .object({
    status: z.enum([
      'ok',
      'starting',
      'storage-full',
      'storage-unreachable',
      'queue-unreachable',
      'draining',
      'shutting-down',
    ]),
    running: z.int(),
    waiting: z.int(),
    large: z
      .object({ running: z.int(), waiting: z.int() })
      .openapi({ description: 'Pictures that are painted in strips, in slots of their own.' }),
    sessions: z.int(),
    training: z.boolean().openapi({ description: 'Whether styles can be learned here.' }),
  })
  .openapi('Health', { example: EXAMPLES.Health });
