/** `impasto doctor`: what runs here, what does not, and what the server would choose of it. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Config } from '../../config/config.ts';
import { ENGINES } from '../../engines/create.ts';
import { isTrainingSetUp, trainerOf } from '../../services/style-training.ts';
import { hasVideoPrograms } from '../../video/program.ts';
import { type EngineProbe, engineFinding, packageFinding, tryEngine } from './engines.ts';
import { type Finding, lineOf } from './finding.ts';
import { OPTIONAL_PACKAGES } from './messages.ts';
import { browserFiles, models, scratch, storage, table } from './places.ts';

/** Examines everything, prints the findings, and resolves to how many are broken. */
export async function examine(config: Config, json: boolean): Promise<number> {
  const findings: Finding[] = [];
  for await (const finding of findingsOf(config)) {
    findings.push(finding);
    if (!json) console.log(lineOf(finding));
  }
  if (json) console.log(JSON.stringify(findings, null, 2));
  return findings.filter(({ status }) => status === 'broken').length;
}

/** One after the other: engines are timed. */
async function* findingsOf(config: Config): AsyncGenerator<Finding> {
  yield machine();
  const engines: EngineProbe[] = [];
  for (const engine of ENGINES) {
    const tried = await tryEngine(engine, config);
    engines.push(tried);
    yield engineFinding(tried, config);
  }
  for (const look of [models, browserFiles, storage, table, scratch]) yield await look(config);
  for (const name of OPTIONAL_PACKAGES) yield await packageFinding(name, config);
  yield await ffmpeg();
  yield training(engines);
  yield await trainingByRequest(config);
  yield server(config, engines);
}

function machine(): Finding {
  const detail = `Node ${process.version}, ${process.platform} ${process.arch}`;
  return { name: 'machine', status: 'ok', detail };
}

/** Videos are taken apart and put together by it. */
async function ffmpeg(): Promise<Finding> {
  return promisify(execFile)('ffmpeg', ['-version']).then(
    ({ stdout }) => ({ name: 'ffmpeg', status: 'ok', detail: stdout.split('\n', 1)[0] ?? '' }),
    () => ({ name: 'ffmpeg', status: 'absent', detail: 'for frames of videos' }),
  );
}

function training(engines: readonly EngineProbe[]): Finding {
  const runs = engines.some(
    ({ engine, reply }) => engine === 'tensorflow' && reply.kind === 'painted',
  );
  const commands = 'train, learn, distill, optimize';
  return runs
    ? { name: 'training', status: 'ok', detail: `by TensorFlow: ${commands}` }
    : { name: 'training', status: 'absent', detail: `needs engine tensorflow: ${commands}` };
}

async function trainingByRequest(config: Config): Promise<Finding> {
  const name = 'training by request';
  return trainerOf(config)
    .check()
    .then(
      () => ({ name, status: 'ok', detail: 'POST /v1/styles' }),
      (error: unknown) => ({
        name,
        status: isTrainingSetUp(config) ? 'broken' : 'absent',
        detail: error instanceof Error ? error.message : String(error),
      }),
    );
}

/** What `impasto serve` would do with these settings. */
function server(config: Config, engines: readonly EngineProbe[]): Finding {
  const { ENGINE, WORKERS, THREADS, WHOLE_PIXELS, HOST, PORT, S3_BUCKET, DATA_DIR } = config;
  const reply = engines.find(({ engine }) => engine === ENGINE)?.reply;
  if (reply?.kind !== 'painted') {
    return { name: 'server', status: 'broken', detail: `cannot paint: ENGINE=${ENGINE}` };
  }
  const choices = [
    `ENGINE=${ENGINE} in ${reply.precision}`,
    `WORKERS=${WORKERS}, THREADS=${THREADS}`,
    `WHOLE_PIXELS=${WHOLE_PIXELS}`,
    `jobs in ${S3_BUCKET ? `S3_BUCKET=${S3_BUCKET}` : `DATA_DIR=${DATA_DIR}`}`,
    `${hasVideoPrograms() ? 'videos' : 'no videos'}`,
    `HOST=${HOST}, PORT=${PORT}`,
  ];
  return { name: 'server', status: 'ok', detail: `would use ${choices.join('; ')}` };
}
