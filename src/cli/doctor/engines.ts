/** Engines and optional packages: each is tried in a process of its own. */

import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { EngineName } from '../../engines/create.ts';
import type { Finding } from './finding.ts';
import {
  type OptionalPackage,
  PROBE_SIDE,
  type ProbeReply,
  type ProbeRequest,
} from './messages.ts';
import { probe } from './probe.ts';

/** What only some commands need. */
const USES: Readonly<Record<OptionalPackage, string>> = {
  zeromq: 'training by several workers',
  'h5wasm/node': 'loss networks in Keras files',
};

const ask = (request: ProbeRequest, { DIST_DIR }: Config) =>
  probe(join(DIST_DIR, 'probe-process.js'), request);

export interface EngineProbe {
  readonly engine: EngineName;
  readonly reply: ProbeReply;
}

/** Paints a gray square with the default style. */
export async function tryEngine(engine: EngineName, config: Config): Promise<EngineProbe> {
  return { engine, reply: await ask({ kind: 'engine', engine, config }, config) };
}

export function engineFinding({ engine, reply }: EngineProbe, { ENGINE }: Config): Finding {
  const name = `engine ${engine}`;
  switch (reply.kind) {
    case 'painted': {
      const detail = `paints ${PROBE_SIDE} x ${PROBE_SIDE} in ${reply.ms} ms, in ${reply.precision}`;
      return { name, status: 'ok', detail };
    }
    case 'loaded':
      return { name, status: 'ok', detail: 'can be loaded' };
    default:
      return { name, status: engine === ENGINE ? 'broken' : 'absent', detail: reply.reason };
  }
}

export async function packageFinding(name: OptionalPackage, config: Config): Promise<Finding> {
  const label = `package ${name.replace('/node', '')}`;
  const reply = await ask({ kind: 'package', name }, config);
  const use = USES[name];
  switch (reply.kind) {
    case 'unavailable':
      return { name: label, status: 'absent', detail: `is not installed; needed for ${use}` };
    case 'failed':
      return { name: label, status: 'absent', detail: `${reply.reason}; needed for ${use}` };
    default:
      return { name: label, status: 'ok', detail: `for ${use}` };
  }
}
