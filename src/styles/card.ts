/** A style's card: its manifest as a page for people. */

import { GRAPH_MODEL_FILE } from '../formats/tensorflow/graph-model.ts';
import { trunkNetwork } from '../network/layers.ts';
import { smallestSide } from '../network/measures.ts';
import { LIGHT_FOLDER, LOSS_CURVE_FILE, PREVIEW_FILE, type StyleManifest } from './manifest.ts';

type Training = NonNullable<StyleManifest['training']>;
type Quality = NonNullable<StyleManifest['quality']>;
type Int8 = NonNullable<StyleManifest['int8']>;
type Light = NonNullable<StyleManifest['light']>;

export function styleCard(style: StyleManifest): string {
  const { id, title, artist, year, rights, network, parameters, digest } = style;
  const { training, quality, int8, light } = style;
  return [
    `# ${title} (${artist})`,
    '',
    `![The sample picture painted in this style](${PREVIEW_FILE})`,
    '',
    ...table([
      ['Painting', `${title}, ${year}`],
      ['Artist', artist],
      ['Rights', rights],
      ['Network', `${network}, ${parameters.toLocaleString('en-US')} parameters`],
      ['SHA-256 of the weights', `\`${digest}\``],
    ]),
    '',
    'The preview is the project’s own drawn sample picture, painted by this network.',
    '',
    '```sh',
    `impasto stylize photo.jpg --style ${id} -o painting.jpg`,
    '```',
    '',
    'Any TensorFlow.js program can load the network: ' +
      `\`tf.loadGraphModel('file://…/models/${id}/${GRAPH_MODEL_FILE}')\`; int32 pixels ` +
      `[1, height, width, 3] in and out, both sides at least ${smallestSide(trunkNetwork())}.`,
    '',
    ...(quality ? qualitySection(quality) : []),
    ...(int8 ? int8Section(int8) : []),
    ...(light ? lightSection(light) : []),
    ...(training ? trainingSection(training) : []),
  ].join('\n');
}

/** Whether a run wrote down enough to draw it. */
export function hasLossCurve({ training }: StyleManifest): boolean {
  return (training?.losses.length ?? 0) > 1;
}

function qualitySection(quality: Quality): string[] {
  const { photographs, size, lossNetwork, content, style, photographStyle, iterations } = quality;
  return [
    '## Quality',
    '',
    `Mean losses of ${photographs} photographs that training never saw, ${size} px at the long edge`,
    `(relative to their targets; loss network: ${lossNetwork}):`,
    '',
    '| | content | style |',
    '|---|---|---|',
    `| painted by this network | ${content.toFixed(3)} | ${style.toFixed(4)} |`,
    `| the photographs themselves | 0 | ${photographStyle.toFixed(4)} |`,
    '',
    ...(iterations ? [worth(iterations), ''] : []),
  ];
}

function worth({ photographs, equal, run }: NonNullable<Quality['iterations']>): string {
  const on = photographs === 1 ? 'one of them' : `${photographs} of them`;
  const count = equal === undefined ? `more than ${run}` : String(equal);
  return (
    `One pass of the network is worth ${count} iterations of the original optimization ` +
    `(L-BFGS from the photograph, measured on ${on}): so many bring its loss down to the network’s.`
  );
}

function lightSection(light: Light): string[] {
  const { network, parameters, steps, photographs, difference, psnr } = light;
  return [
    '## Light',
    '',
    `\`${LIGHT_FOLDER}/\` holds a lighter network (${network}, ${parameters.toLocaleString('en-US')} parameters)`,
    `that learned in ${steps} steps to paint what this one paints (\`impasto distill\`). Over ${photographs}`,
    `photographs that it never saw, their paintings differ by ${difference.toFixed(2)} of 255 in the mean; PSNR`,
    `${psnr.toFixed(1)} dB.`,
    '',
  ];
}

function int8Section({ photographs, size, difference, psnr, evenDifference }: Int8): string[] {
  return [
    '## In 8 bits',
    '',
    `Over ${photographs} photographs, ${size} px at the long edge, its paintings in 8 bits differ`,
    `from those in float32 by ${difference.toFixed(2)} of 255 in the mean; PSNR ${psnr.toFixed(1)} dB.`,
    ...(evenDifference === undefined
      ? []
      : [
          `Of an even picture, one on white and a blurred one, at most ${evenDifference.toFixed(2)}.`,
        ]),
    '',
  ];
}

function trainingSection(training: Training): string[] {
  const { trainer, command, photographs, lossNetwork, losses } = training;
  const { steps, batch, crop, contentWeight, styleWeight, tvWeight } = training;
  const last = losses.at(-1);
  return [
    '## Training',
    '',
    ...table([
      ['Trained by', trainer],
      ['Run', `${steps} steps of ${batch} crops of ${crop} x ${crop} pixels`],
      [
        'Loss weights',
        `content ${contentWeight}, style ${styleWeight}, total variation ${tvWeight}`,
      ],
      ...(photographs === undefined ? [] : [['Photographs', String(photographs)]]),
      ...(lossNetwork === undefined ? [] : [['Loss network', lossNetwork]]),
      ...(last === undefined
        ? []
        : [
            [
              `Loss at step ${last[0]} (one batch, relative)`,
              `content ${last[1].toFixed(3)}, style ${last[2].toFixed(4)}`,
            ],
          ]),
    ]),
    '',
    ...(command === undefined ? [] : ['```sh', command, '```', '']),
    ...(losses.length > 1 ? [`![Losses over the steps](${LOSS_CURVE_FILE})`, ''] : []),
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)];
}
