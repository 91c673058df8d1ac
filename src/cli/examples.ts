/** What `--help` shows beneath each command. */

const EXAMPLES = {
  serve: ['impasto serve --port 8080', 'WORKERS=4 S3_BUCKET=paintings impasto serve'],
  stylize: [
    'impasto stylize photo.jpg --style starry-night -o painting.jpg',
    'impasto stylize photo.jpg --all-styles',
    'impasto stylize "holiday/*.jpg" --style great-wave:0.6,the-scream:0.4 --max-size 2048 -o paintings/',
    'impasto stylize holiday/ -o paintings/ --name "{style}/{name}.{ext}" --json',
    'impasto stylize --watch inbox/ --style udnie -o paintings/',
    'impasto stylize - --style udnie < photo.jpg > painting.jpg',
  ],
  'contact-sheet': [
    'impasto contact-sheet photo.jpg -o sheet.jpg',
    'impasto contact-sheet photo.jpg --preserve-colors -o sheet.webp',
  ],
  video: [
    'impasto video clip.mp4 --style udnie -o painted.mp4',
    'impasto video clip.mov --style starry-night --start 3 --end 8 --max-size 480 -o painted.gif',
  ],
  styles: ['impasto styles', 'impasto styles --json'],
  import: [
    'impasto import waves.safetensors --id waves --title Waves --artist "A. Painter" \\\n' +
      '    --year 1900 --rights "Public domain"',
    'impasto import my-waves/',
    'impasto import my-waves/ --id waves-2 --tenant shop',
  ],
  learn: [
    'impasto learn waves.jpg --id waves --rights "Public domain" \\\n' +
      '    --photos photographs/ --loss-network vgg19.h5',
  ],
  train: [
    'impasto train waves.jpg --id waves --title Waves --artist "A. Painter" --year 1900 \\\n' +
      '    --rights "Public domain" --photos photographs/ --loss-network vgg19.h5 \\\n' +
      '    --checkpoint waves.safetensors',
  ],
  optimize: ['impasto optimize photo.jpg waves.jpg --loss-network vgg19.h5 -o painting.jpg'],
  quantize: ['impasto quantize waves --photos photographs/ --check others/'],
  distill: ['impasto distill waves --photos photographs/ --check others/'],
  export: [
    'impasto export starry-night -o starry-night.onnx',
    'impasto export starry-night --format tflite --size 640x480 -o starry-night.tflite',
    'DATA_DIR=data impasto export my-waves --tenant shop --format style -o my-waves/',
  ],
  keys: [
    'impasto keys create --name "shop, production" --tenant shop',
    'impasto keys create --name probe --tenant shop --scopes admin --expires 90d',
    'S3_BUCKET=paintings impasto keys list',
    'impasto keys rotate 0123456789ab',
    'impasto keys revoke 0123456789ab',
  ],
  sign: [
    'impasto sign https://cdn.example/cat.jpg --style udnie --max-size 640 --expires 30d',
    'PUBLIC_URL=https://paint.example impasto sign https://cdn.example/cat.jpg',
  ],
  lifecycle: ['S3_PREFIX=impasto/ OUTPUT_TTL_SECONDS=604800 impasto lifecycle > rules.json'],
  doctor: ['impasto doctor', 'ENGINE=tensorflow impasto doctor --json'],
} as const;

export type CommandName = keyof typeof EXAMPLES;

export function examplesOf(command: CommandName): string {
  const examples = EXAMPLES[command];
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${examples.map((example) => `  ${example}`).join('\n')}`;
}
