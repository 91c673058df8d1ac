/** `style.json`: what a style is, beside its network. */

import { z } from 'zod';
import { STYLE_ID } from '../core/mix.ts';

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
  training: z
    .strictObject({
      steps: z.int().positive(),
      batch: z.int().positive(),
      crop: z.int().positive(),
      contentWeight: z.number(),
      styleWeight: z.number(),
      tvWeight: z.number(),
      learningRate: z.number(),
      /** The last losses that training wrote down, of one batch, relative to their targets. */
      lastLogged: z
        .strictObject({ step: z.int().positive(), content: z.number(), style: z.number() })
        .optional(),
    })
    .optional(),
});

export type StyleManifest = z.infer<typeof styleManifestSchema>;

export const MANIFEST_FILE = 'style.json';
export const PREVIEW_FILE = 'preview.jpg';
export const CARD_FILE = 'README.md';
