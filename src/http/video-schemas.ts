/** Videos as answers describe them. */

import { z } from '@hono/zod-openapi';
import { FILM_OPTIONS } from '../options/video.ts';
import { VIDEO_FORMATS } from '../video/formats.ts';
import { EXAMPLES } from './examples.ts';
import { cursorSchema, jobFields } from './job-schemas.ts';
import { answerFields } from './option-schemas.ts';

export const videoSchema = z
  .object({
    ...jobFields,
    style: z.string().openapi({ description: 'The style or mix in its canonical form.' }),
    options: z.object({ ...answerFields(FILM_OPTIONS), format: z.enum(VIDEO_FORMATS) }),
    preview: z
      .string()
      .nullable()
      .openapi({ description: 'Where its first painted frame is, for a while.' }),
    output: z
      .object({
        url: z.string().openapi({ description: 'Where the painted video is, for a while.' }),
        media_type: z.string(),
        width: z.int(),
        height: z.int(),
        bytes: z.int(),
        frames: z.int(),
        duration_seconds: z.number(),
      })
      .nullable(),
  })
  .openapi('Video', { example: EXAMPLES.Video });

export const videosSchema = z
  .object({
    videos: z.array(videoSchema).openapi({ description: 'Newest first.' }),
    next_cursor: cursorSchema,
  })
  .openapi('Videos', { example: EXAMPLES.Videos });
