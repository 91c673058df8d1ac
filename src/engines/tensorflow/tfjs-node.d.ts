/** Types of the optional tfjs-node, as far as they are used, from packages that always install. */
declare module '@tensorflow/tfjs-node' {
  export { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
  export * from '@tensorflow/tfjs-core';

  /** Writes event files that TensorBoard reads. */
  export interface SummaryFileWriter {
    scalar(name: string, value: number, step: number): void;
    flush(): void;
  }
  export const node: { summaryFileWriter(folder: string): SummaryFileWriter };
  export const version: Readonly<Record<string, string>>;
}
