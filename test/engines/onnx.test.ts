import { describe } from 'vitest';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { engineContract } from '../contracts/engine.ts';

describe('onnx engine', () => {
  engineContract(async () => onnxEngine({ threads: 1 }));
});
