/** Types of the optional tfjs-node, as far as they are used, from packages that always install. */
declare module '@tensorflow/tfjs-node' {
  export { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
  export * from '@tensorflow/tfjs-core';
  export const version: Readonly<Record<string, string>>;
}
