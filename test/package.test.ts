/** The package as npm packs it: what is in it, and that it runs and installs without the repository. */

import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { built } from './support/built.ts';
import { MODELS_DIR } from './support/folders.ts';
import { jpeg } from './support/pictures.ts';
import { temporary } from './support/temporary.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const { PATH = '' } = process.env;

/** Extracted; what it depends on is found beside it. */
const folder = temporary();
const impasto = join(folder, 'package');
let files: string[];

beforeAll(async () => {
  await built('dist');
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const [tarball = ''] = await readdir(folder);
  await run('tar', ['-xzf', tarball], { cwd: folder });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const entries = await readdir(impasto, { recursive: true, withFileTypes: true });
  files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(impasto.length + 1));
});

describe('the packed files', () => {
  test('are the bundles, what browsers are served and the styles', async () => {
    const styles = (await readdir(MODELS_DIR, { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    );
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'package.json',
        'dist/cli.js',
        'dist/heic-worker.js',
        'dist/index.d.ts',
        'dist/index.js',
        'dist/large-process.js',
        'dist/paint-worker.js',
        'dist/probe-process.js',
        'dist/server.js',
        'dist/assets/index.html.gz',
        'dist/assets/playground.js.gz',
        'scripts/preinstall.mjs',
        ...styles.flatMap(({ name }) =>
          ['model.json', 'preview.jpg', 'style.json', 'weights.bin'].map(
            (file) => `models/${name}/${file}`,
          ),
        ),
      ]),
    );
  });

  test('are nothing else', () => {
    const expected =
      /^(?:LICENSE|README\.md|package\.json|scripts\/preinstall\.mjs|models\/.+|dist\/(?:assets\/.+|(?:chunks\/)?[\w-]+\.js|index\.d\.ts|library\/public\.d\.ts))$/;
    expect(files.filter((file) => !expected.test(file))).toEqual([]);
  });
});

describe('the packed command line', () => {
  const cli = (...words: string[]) =>
    run(process.execPath, [join(impasto, 'dist/cli.js'), ...words], { cwd: folder, env: { PATH } });

  test('says what it can do', async () => {
    const { stdout } = await cli('--help');
    expect(stdout).toMatch(/^Usage: impasto /);
  });

  test('lists its own styles', async () => {
    const { stdout } = await cli('styles');
    expect(stdout).toMatch(/^starry-night +The Starry Night, Vincent van Gogh/m);
  });

  test('paints', async () => {
    await writeFile(join(folder, 'photo.jpg'), await jpeg(64, 48));
    await cli('stylize', 'photo.jpg', '-o', 'painting.jpg');
    const { width, height } = await sharp(join(folder, 'painting.jpg')).metadata();
    expect([width, height]).toEqual([64, 48]);
  });
});

describe('the packed library', () => {
  const project = join(folder, 'project');

  beforeAll(async () => {
    await mkdir(join(project, 'node_modules'), { recursive: true });
    await symlink(impasto, join(project, 'node_modules/impasto'));
  });

  test('paints in a program that imports it', async () => {
    await writeFile(join(project, 'photo.jpg'), await jpeg(64, 48));
    const program = `
      import { createImpasto } from 'impasto';
      const impasto = await createImpasto();
      const { mediaType, width, height } = await impasto.stylize('photo.jpg', { style: 'udnie' });
      console.log(mediaType, width, height);
      await impasto.close();`;
    const words = ['--input-type=module', '--eval', program];
    const { stdout } = await run(process.execPath, words, { cwd: project, env: { PATH } });
    expect(stdout).toBe('image/jpeg 64 48\n');
  });

  const compile = async (body: string) => {
    const head = "import { createImpasto, type ImpastoError } from 'impasto';\n";
    await writeFile(join(project, 'program.ts'), head + body);
    const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023'];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    return run(process.execPath, [tsc, ...flags, '--types', 'node', 'program.ts'], {
      cwd: project,
    }).then(
      () => '',
      ({ stdout }) => stdout as string,
    );
  };

  test('has types that stand by themselves', async () => {
    const said = await compile(`
      export async function paint(photo: Buffer): Promise<Blob> {
        const impasto = await createImpasto({ workers: 1 });
        const { image, mediaType: type } = await impasto.stylize(photo, { stroke_size: 2 });
        await impasto[Symbol.asyncDispose]();
        return new Blob([image], { type });
      }
      export const say = ({ type, title, detail }: ImpastoError): string => type + title + detail;`);
    expect(said).toBe('');
  });

  test('has types that refuse what is not there', async () => {
    const said = await compile(`
      const impasto = await createImpasto();
      await impasto.stylize('photo.jpg', { strenght: 1 });`);
    expect(said).toMatch(/program\.ts\(4,\d+\): error TS2561: .*'strenght'/);
  });
});

/** Wherever npm has put what the runtime's script needs. */
const runtimeRequire = createRequire(join(root, 'node_modules/onnxruntime-node/package.json'));

describe('scripts/preinstall.mjs', () => {
  const PLATFORMS = ['darwin/arm64', 'linux/arm64', 'linux/x64', 'win32/arm64', 'win32/x64'];

  /** A project with the package and its runtime, as npm has extracted them before any script runs. */
  async function project(): Promise<string> {
    const place = temporary();
    const modules = join(place, 'node_modules');
    await mkdir(join(modules, 'onnxruntime-node'), { recursive: true });
    for (const name of ['package.json', 'script']) {
      const file = join('onnxruntime-node', name);
      await cp(join(root, 'node_modules', file), join(modules, file), { recursive: true });
    }
    for (const name of ['adm-zip', 'global-agent']) {
      await symlink(dirname(runtimeRequire.resolve(`${name}/package.json`)), join(modules, name));
    }
    await cp(join(impasto, 'scripts'), join(modules, 'impasto/scripts'), { recursive: true });
    for (const platform of PLATFORMS) {
      const bin = join(modules, 'onnxruntime-node/bin/napi-v6', platform);
      await mkdir(bin, { recursive: true });
      await writeFile(join(bin, 'onnxruntime_binding.node'), '');
    }
    return place;
  }

  async function install(environment: Record<string, string> = {}) {
    const place = await project();
    const runtime = join(place, 'node_modules/onnxruntime-node');
    const env = {
      PATH,
      npm_config_local_prefix: place,
      npm_package_json: join(runtime, 'package.json'),
      ...environment,
    };
    const script = join(place, 'node_modules/impasto/scripts/preinstall.mjs');
    await run(process.execPath, [script], { env });
    const written = await readdir(runtime, { recursive: true, encoding: 'utf8' });
    const notes = written.filter((name) => name.endsWith('.so')).map((name) => join(runtime, name));
    const bindings = written.filter((name) => name.endsWith('.node'));
    return {
      notes,
      platforms: bindings.map((name) => dirname(name).replace('bin/napi-v6/', '')).sort(),
      postinstall: () => run(process.execPath, ['script/install'], { cwd: runtime, env }),
    };
  }

  const downloads = process.platform === 'linux' && process.arch === 'x64';

  test("the runtime's own script finds nothing to download", async () => {
    const { notes, postinstall } = await install();
    expect(notes).toHaveLength(downloads ? 3 : 0);
    expect((await postinstall()).stdout).toBe('');
    for (const note of notes) {
      expect(await readFile(note, 'utf8')).toContain('npm rebuild onnxruntime-node');
    }
  });

  test.runIf(PLATFORMS.includes(`${process.platform}/${process.arch}`))(
    'the runtime of this platform stays, that of others does not',
    async () => {
      const { platforms } = await install();
      expect(platforms).toEqual([`${process.platform}/${process.arch}`]);
    },
  );

  test('another platform can be installed for', async () => {
    const { platforms } = await install({ npm_config_os: 'win32', npm_config_cpu: 'arm64' });
    expect(platforms).toEqual(['win32/arm64']);
  });

  test('where there is no runtime for the platform, all stay', async () => {
    const { platforms } = await install({ npm_config_os: 'sunos' });
    expect(platforms).toEqual(PLATFORMS);
  });

  test.each(['ONNXRUNTIME_NODE_INSTALL', 'npm_config_onnxruntime_node_install'])(
    'whoever decides by %s is left alone',
    async (name) => {
      expect((await install({ [name]: 'cuda12' })).notes).toEqual([]);
    },
  );
});
