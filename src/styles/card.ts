/** A style's card: its manifest as a page for people. */

import { GRAPH_MODEL_FILE } from '../core/graph-model.ts';
import { PREVIEW_FILE, type StyleManifest } from './manifest.ts';

export function styleCard(style: StyleManifest): string {
  const { id, title, artist, year, rights, network, parameters, digest, training } = style;
  const rows = [
    ['Painting', `${title}, ${year}`],
    ['Artist', artist],
    ['Rights', rights],
    ['Network', `${network}, ${parameters.toLocaleString('en-US')} parameters`],
    ['SHA-256 of the weights', `\`${digest}\``],
    ...(training ? trainingRows(training) : []),
  ];
  return [
    `# ${title} (${artist})`,
    '',
    `![The sample picture painted in this style](${PREVIEW_FILE})`,
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    'The preview is the project’s own drawn sample picture, painted by this network.',
    '',
    '```sh',
    `impasto stylize photo.jpg --style ${id} -o painting.jpg`,
    '```',
    '',
    'Any TensorFlow.js program can load the network: ' +
      `\`tf.loadGraphModel('file://…/models/${id}/${GRAPH_MODEL_FILE}')\`; int32 pixels ` +
      '[1, height, width, 3] in and out, both sides at least 20.',
    '',
  ].join('\n');
}

function trainingRows(training: NonNullable<StyleManifest['training']>): string[][] {
  const { steps, batch, crop, contentWeight, styleWeight, tvWeight, lastLogged } = training;
  return [
    ['Training', `${steps} steps of ${batch} crops of ${crop} x ${crop} pixels from the base`],
    ['Loss weights', `content ${contentWeight}, style ${styleWeight}, total variation ${tvWeight}`],
    ...(lastLogged
      ? [
          [
            `Loss at step ${lastLogged.step} (one batch, relative)`,
            `content ${lastLogged.content.toFixed(3)}, style ${lastLogged.style.toFixed(4)}`,
          ],
        ]
      : []),
  ];
}
