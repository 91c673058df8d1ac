/** Writes the inputs for step.py: `npx tsx test/training/reference/write-inputs.ts inputs.safetensors`. */

import { writeFile } from 'node:fs/promises';
import { writeSafetensors } from '../../../src/formats/safetensors.ts';
import { inputTensors } from './inputs.ts';

await writeFile(process.argv[2] ?? 'inputs.safetensors', writeSafetensors(inputTensors()));
