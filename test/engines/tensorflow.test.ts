import { describe } from 'vitest';
import { tensorflowEngine } from '../../src/engines/tensorflow/engine.ts';
import { engineContract } from '../contracts/engine.ts';
import { tensorflowMissing } from '../support/installed.ts';

const title = tensorflowMissing
  ? `tensorflow engine (skipped: ${tensorflowMissing})`
  : 'tensorflow engine';

describe.skipIf(tensorflowMissing !== undefined)(title, () => {
  engineContract(tensorflowEngine);
});
