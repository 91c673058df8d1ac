/** `style.json`: what a style is, beside its network. */

import { z } from 'zod';
import { STYLE_ID } from '../network/mix.ts';

export const styleManifestSchema = z.strictObject({
  id: z.string().regex(STYLE_ID),
  title: z.string().min(1),
  artist: z.string().min(1),
  year: z.string().min(1),
  /** Why the painting may be used. */
  rights: z.string().min(1),
  /** Name of the network's shape, such as `impasto-24-48-5`. */
  network: z.string(),
  parameters: z.int().positive(),
  /** SHA-256 of `weights.bin`, in hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Whether it was told from its picture at once: no training has seen the picture. */
  instant: z.literal(true).optional(),
  training: z
    .strictObject({
      /** What ran it. */
      trainer: z.string(),
      /** The command line, where it is known. */
      command: z.string().optional(),
      /** How many photographs it practiced on. */
      photographs: z.int().positive().optional(),
      lossNetwork: z.string().optional(),
      steps: z.int().positive(),
      batch: z.int().positive(),
      /** Side of the crops in pixels; weights and sides are those of the end. */
      crop: z.int().positive(),
      contentWeight: z.number(),
      styleWeight: z.number(),
      tvWeight: z.number(),
      learningRate: z.number(),
      /** Step, content and style of single batches, relative to their targets. */
      losses: z.array(z.tuple([z.int().positive(), z.number(), z.number()])),
    })
    .optional(),
  /** What `npm run bench:quality` measured on photographs that training never saw. */
  quality: z
    .strictObject({
      photographs: z.int().positive(),
      /** Long edge of the photographs in pixels. */
      size: z.int().positive(),
      lossNetwork: z.string(),
      content: z.number(),
      style: z.number(),
      /** Style loss of the photographs themselves. */
      photographStyle: z.number(),
      /** Iterations of the original method until its loss is the network's. */
      iterations: z
        .strictObject({
          photographs: z.int().positive(),
          /** The first iteration that is as good; absent where none was. */
          equal: z.int().optional(),
          run: z.int(),
          /** Iteration, content and style along the way. */
          losses: z.array(z.tuple([z.int().positive(), z.number(), z.number()])),
        })
        .optional(),
    })
    .optional(),
  /** A lighter network that has learned to paint what this one paints, by `impasto distill`. */
  light: z
    .strictObject({
      network: z.string(),
      parameters: z.int().positive(),
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      steps: z.int().positive(),
      /** Photographs that were painted with both; others than those that it practiced on. */
      photographs: z.int().positive(),
      /** Mean absolute difference, of 255. */
      difference: z.number(),
      /** Peak signal-to-noise ratio in decibels. */
      psnr: z.number(),
    })
    .optional(),
  /** How much its paintings differ in 8 bits from those in float32, by `impasto quantize`. */
  int8: z
    .strictObject({
      /** Photographs that were painted both ways; others than those of the calibration. */
      photographs: z.int().positive(),
      /** Long edge of the photographs in pixels. */
      size: z.int().positive(),
      /** Mean absolute difference, of 255. */
      difference: z.number(),
      /** Peak signal-to-noise ratio in decibels. */
      psnr: z.number(),
      /** The largest of the same difference on an even picture, one on white and a blurred one. */
      evenDifference: z.number().optional(),
    })
    .optional(),
});

export type StyleManifest = z.infer<typeof styleManifestSchema>;

export const MANIFEST_FILE = 'style.json';
/** In the style's folder. */
export const LIGHT_FOLDER = 'light';
export const PREVIEW_FILE = 'preview.jpg';
export const CARD_FILE = 'README.md';
export const LOSS_CURVE_FILE = 'losses.svg';
