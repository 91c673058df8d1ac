/**
 * The style network as data: an ordered list of layer records.
 *
 * Everything else about a network follows from these records: its parameters, cost and receptive
 * field (`measures.ts`), its TensorFlow.js graph (`graph-model.ts`) and its ONNX graphs (`onnx/`).
 * Convolutions are zero-padded by `kernel >> 1` on every side, also at stride 2.
 */

export interface Convolution {
  readonly kind: 'convolution';
  readonly name: string;
  /** Side of the square kernel, odd. */
  readonly kernel: number;
  readonly stride: 1 | 2;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly bias: boolean;
}

/** Normalizes each channel to mean 0 and variance 1 over the picture, then `gamma * x + beta`. */
export interface InstanceNorm {
  readonly kind: 'instanceNorm';
  readonly name: string;
  readonly channels: number;
  /** Consecutive channels of what goes in that are one channel; more than 1 in polyphase form only. */
  readonly phases: 1 | 4;
}

export interface Relu {
  readonly kind: 'relu';
}

/** Repeats each pixel twice in both directions (nearest neighbor). */
export interface Upsample {
  readonly kind: 'upsample';
}

/** Turns block² * c channels into c channels of `block` times the size; channel order (row, column, c). */
export interface DepthToSpace {
  readonly kind: 'depthToSpace';
  /** More than 2 in polyphase form only. */
  readonly block: 2 | 4;
}

/** Depthwise [1 2 1] x [1 2 1] / 16, edge-padded: zero exactly at the pixel frequency. */
export interface Smooth {
  readonly kind: 'smooth';
}

/** x + layers(x). */
export interface Residual {
  readonly kind: 'residual';
  readonly layers: readonly Layer[];
}

export type Layer = Convolution | InstanceNorm | Relu | Upsample | DepthToSpace | Smooth | Residual;

export interface Network {
  readonly name: string;
  /** Pixels of mirrored picture added on every side before the first layer, cropped at the end. */
  readonly margin: number;
  /** Whether the first layer sees the plane of noise (`noise.ts`) as a fourth channel beside the colors. */
  readonly noise: boolean;
  readonly layers: readonly Layer[];
}

export const COLORS = 3;

/** Middle of 0..1: taken from the picture before the first layer, added again after the last. */
export const MIDDLE = 0.5;

/** Channels that the first layer sees. */
export function inputChannels({ noise }: Pick<Network, 'noise'>): number {
  return COLORS + (noise ? 1 : 0);
}

/** What follows the head: how many pixels it paints at once in each direction, and whether they are smoothed. */
export interface HeadForm {
  readonly block: number;
  readonly isSmoothed: boolean;
}

export function headForm({ layers }: Network): HeadForm {
  const isSmoothed = layers.at(-1)?.kind === 'smooth';
  const weaving = layers.at(isSmoothed ? -2 : -1);
  return { block: weaving?.kind === 'depthToSpace' ? weaving.block : 1, isSmoothed };
}

/** Instance norm divides by sqrt(variance + this). */
export const NORM_EPSILON = 1e-5;

/** The [1 2 1] x [1 2 1] / 16 kernel of {@link Smooth}, row by row. */
export const SMOOTH_KERNEL = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((weight) => weight / 16);

export interface TrunkShape {
  /** Channels at half resolution. */
  readonly stem: number;
  /** Channels at quarter resolution, where the residual trunk works. */
  readonly trunk: number;
  /** Residual blocks in the trunk. */
  readonly blocks: number;
  /** Whether it sees noise. */
  readonly noise?: boolean;
}

/** The shape of every style that ships: 234,252 parameters. */
export const STANDARD_TRUNK: TrunkShape = { stem: 24, trunk: 48, blocks: 5, noise: true };

/**
 * The network of this project: no convolution runs at full resolution, the head paints four pixels
 * at once (depth-to-space) and the fixed smoothing keeps it from leaving a checkerboard.
 */
export function trunkNetwork(shape: TrunkShape = STANDARD_TRUNK): Network {
  const { stem, trunk, blocks, noise = false } = shape;
  return {
    name: `impasto-${stem}-${trunk}-${blocks}${noise ? '-noise' : ''}`,
    margin: 32,
    noise,
    layers: [
      ...normalized('stem', 5, 2, inputChannels({ noise }), stem),
      ...normalized('down', 3, 2, stem, trunk),
      ...Array.from({ length: blocks }, (_, index) => residual(`trunk/${index}`, trunk)),
      { kind: 'upsample' },
      ...normalized('up', 3, 1, trunk, stem),
      convolution('head', 3, 1, stem, 12, true),
      { kind: 'depthToSpace', block: 2 },
      { kind: 'smooth' },
    ],
  };
}

/**
 * The transformation network of Johnson et al., "Perceptual losses for real-time style transfer"
 * (2016), with instance norm and resize-convolutions: what this project is measured against.
 * `width` is the number of channels at full resolution (32 in the paper).
 */
export function classicNetwork(width = 32): Network {
  return {
    name: `classic-${width}`,
    margin: 16,
    noise: false,
    layers: [
      ...normalized('enter', 9, 1, 3, width),
      ...normalized('down/0', 3, 2, width, width * 2),
      ...normalized('down/1', 3, 2, width * 2, width * 4),
      ...Array.from({ length: 5 }, (_, index) => residual(`trunk/${index}`, width * 4)),
      { kind: 'upsample' },
      ...normalized('up/0', 3, 1, width * 4, width * 2),
      { kind: 'upsample' },
      ...normalized('up/1', 3, 1, width * 2, width),
      convolution('head', 9, 1, width, 3, true),
    ],
  };
}

function convolution(
  name: string,
  kernel: number,
  stride: 1 | 2,
  inputChannels: number,
  outputChannels: number,
  bias: boolean,
): Convolution {
  return { kind: 'convolution', name, kernel, stride, inputChannels, outputChannels, bias };
}

/** Convolution, instance norm and ReLU; without bias, which instance norm would remove. */
function normalized(
  name: string,
  kernel: number,
  stride: 1 | 2,
  inputChannels: number,
  outputChannels: number,
): Layer[] {
  return [
    convolution(name, kernel, stride, inputChannels, outputChannels, false),
    { kind: 'instanceNorm', name, channels: outputChannels, phases: 1 },
    { kind: 'relu' },
  ];
}

function residual(name: string, channels: number): Residual {
  return {
    kind: 'residual',
    layers: [
      ...normalized(`${name}/conv1`, 3, 1, channels, channels),
      convolution(`${name}/conv2`, 3, 1, channels, channels, false),
      { kind: 'instanceNorm', name: `${name}/conv2`, channels, phases: 1 },
    ],
  };
}
