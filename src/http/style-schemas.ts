/** Styles as the API tells of them. */

import { z } from '@hono/zod-openapi';
import type { StyleManifest } from '../styles/manifest.ts';
import { allowsInt8 } from '../styles/precision.ts';
import { RANGES_FILE } from '../styles/ranges.ts';
import { EXAMPLES } from './examples.ts';

export const styleSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    artist: z.string(),
    year: z.string(),
    rights: z.string(),
    network: z.string(),
    parameters: z.int(),
    preview_url: z.string(),
    learned: z.boolean().openapi({
      description: 'Whether you had it learned: others do not know of it, and you can delete it.',
    }),
    instant: z.boolean().openapi({
      description:
        'Whether it was told from its picture at once, without training: `POST /v1/styles/{id}/refine` trains it.',
    }),
    ranges_url: z.string().optional().openapi({
      description: 'Where what computing in 8 bits needs is, for styles that are faithful in it.',
    }),
    light: z
      .object({
        network: z.string(),
        parameters: z.int(),
        difference: z.number(),
        psnr: z.number(),
      })
      .optional()
      .openapi({
        description:
          'A lighter network that paints alike, for slow machines: its mean difference, of 255, from ' +
          "the style's own.",
      }),
    training: z
      .object({
        steps: z.int(),
        batch: z.int(),
        crop: z.int(),
        content_weight: z.number(),
        style_weight: z.number(),
        tv_weight: z.number(),
        learning_rate: z.number(),
      })
      .optional(),
    quality: z
      .object({
        photographs: z.int(),
        size: z.int(),
        content: z.number(),
        style: z.number(),
        photograph_style: z.number(),
      })
      .optional()
      .openapi({
        description:
          'Mean losses of photographs that training never saw, relative to their targets, and the ' +
          'style loss of the photographs themselves.',
      }),
  })
  .openapi('Style', { example: EXAMPLES.Style });

export function toWireStyle(style: StyleManifest, learned: boolean): z.infer<typeof styleSchema> {
  const { digest: _, training, quality, int8: __, light, instant = false, ...rest } = style;
  return {
    ...rest,
    preview_url: `/v1/styles/${style.id}/preview`,
    learned,
    instant,
    ...(allowsInt8([style]) && { ranges_url: `/v1/styles/${style.id}/${RANGES_FILE}` }),
    ...(light && {
      light: {
        network: light.network,
        parameters: light.parameters,
        difference: light.difference,
        psnr: light.psnr,
      },
    }),
    ...(training && {
      training: {
        steps: training.steps,
        batch: training.batch,
        crop: training.crop,
        content_weight: training.contentWeight,
        style_weight: training.styleWeight,
        tv_weight: training.tvWeight,
        learning_rate: training.learningRate,
      },
    }),
    ...(quality && {
      quality: {
        photographs: quality.photographs,
        size: quality.size,
        content: quality.content,
        style: quality.style,
        photograph_style: quality.photographStyle,
      },
    }),
  };
}

export const stylesSchema = z
  .object({
    styles: z.array(styleSchema),
    default_style: z.string().openapi({ description: 'What is painted where none is named.' }),
    can_learn: z.boolean().openapi({
      description: 'Whether this service is set up to learn styles: `POST /v1/styles`.',
    }),
    can_tell: z.boolean().openapi({
      description:
        'Whether styles are told from pictures at once: `style_image`, and `POST /v1/styles`.',
    }),
    link_seconds: z.int().nullable().openapi({
      description:
        'For how long links to paintings work: `POST /v1/stylizations/{id}/links`. Null where this service makes none.',
    }),
  })
  .openapi('Styles', { example: EXAMPLES.Styles });
