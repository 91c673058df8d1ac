/** `impasto keys`: who may call the service. A key itself is printed once, when it is made. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { createKey, type NewKey, revokeKey, rotateKey, type Told } from '../access/edits.ts';
import { KEYS_OBJECT, writeObject } from '../access/key-places.ts';
import {
  type KeyRecord,
  KeyRecordsError,
  MAX_RATE,
  parseRecords,
  recordsText,
} from '../access/records.ts';
import { isScope, SCOPE_MEANINGS, SCOPES, type Scope } from '../access/scopes.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { openStore } from '../services/store.ts';
import { VersionConflictError } from '../storage/blob-store.ts';
import { ifThere } from '../storage/if-there.ts';
import { between, MOMENT, momentToCome, tenantId } from './arguments.ts';
import { readInput, writeOutput } from './outputs.ts';

/** What a command makes of the records that are there; the new ones are kept. */
type Change<T extends { readonly records: readonly KeyRecord[] }> = (
  records: readonly KeyRecord[],
) => T;

interface CreateFlags
  extends Pick<NewKey, 'name' | 'tenant' | 'scopes' | 'rate' | 'quota' | 'expires'> {
  readonly json: boolean;
}

/** Adds the command and those below it. */
export function withKeys(command: Command, config: () => Config): Command {
  command.description('Make, list, change and revoke the keys that callers show.');
  asJson(command.command('create'))
    .description('Make a key, and print it: it is kept nowhere, and shown only now.')
    .requiredOption('--name <text>', 'what people call it, such as "shop, production"')
    .requiredOption('--tenant <id>', 'whose photographs and jobs it reaches', tenantId)
    .addOption(
      new Option('--scopes <list>', `what it allows: ${meanings()}`)
        .argParser(scopeList)
        .default(['paint', 'jobs'], 'paint,jobs'),
    )
    .option('--rate <number>', 'requests a second', between(1, MAX_RATE, true))
    .option('--quota <pixels>', 'pixels a day', between(1, Number.MAX_SAFE_INTEGER, true))
    .option('--expires <when>', MOMENT, (text) => momentToCome(text).toISOString())
    .action(async ({ json, ...wanted }: CreateFlags) => {
      tell(await changed(config(), (records) => createKey(records, wanted, new Date())), json);
    });
  asJson(command.command('list'))
    .description('Name the keys, and what they allow.')
    .action(async ({ json }: { json: boolean }) => list(await recordsOf(config()), json));
  asJson(command.command('rotate'))
    .description('Give a key a new secret; the one before works until the next rotation.')
    .argument('<id>', 'id of the key: the part after "imp_"')
    .option('--at-once', 'the secret before ends now', false)
    .action(async (id: string, { json, atOnce }: { json: boolean; atOnce: boolean }) => {
      tell(await changed(config(), (records) => rotateKey(records, id, atOnce)), json);
    });
  command
    .command('revoke')
    .description('Remove a key: nobody can use it any longer.')
    .argument('<id>', 'id of the key: the part after "imp_"')
    .action(async (id: string) => {
      const { record } = await changed(config(), (records) => revokeKey(records, id));
      console.log(`Revoked ${record.id} (${record.name}).`);
    });
  return command;
}

function asJson(command: Command): Command {
  return command.option('--json', 'as JSON', false);
}

/** The key alone on standard output, so that it can be piped to where it belongs. */
function tell({ key, record }: Told, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ key, ...shown(record) }, null, 2));
    return;
  }
  console.error(`Key ${record.id} (${record.name}) of ${record.tenant}. It is shown only now:`);
  console.log(key);
}

function list(records: readonly KeyRecord[], json: boolean): void {
  if (json) {
    console.log(JSON.stringify(records.map(shown), null, 2));
    return;
  }
  for (const record of records) console.log(line(record));
}

function line({ id, name, tenant, scopes, rate, quota, expires, hashes }: KeyRecord): string {
  const notes = [
    ...(rate === undefined ? [] : [`${rate} requests a second`]),
    ...(quota === undefined ? [] : [`${quota} pixels a day`]),
    ...(expires === undefined ? [] : [`until ${expires}`]),
    ...(hashes.length > 1 ? ['two secrets'] : []),
  ];
  return [id, tenant, scopes.join(), ...(notes.length > 0 ? [notes.join(', ')] : []), name].join(
    '  ',
  );
}

function shown({ hashes, ...record }: KeyRecord) {
  return { ...record, secrets: hashes.length };
}

/** A place that has records, and how they are replaced. */
interface Editable {
  readonly records: readonly KeyRecord[];
  readonly keep: (records: readonly KeyRecord[]) => Promise<void>;
}

async function recordsOf(config: Config): Promise<readonly KeyRecord[]> {
  return (await open(config)).records;
}

/** Applies a change, again where somebody else was faster. */
async function changed<T extends { readonly records: readonly KeyRecord[] }>(
  config: Config,
  change: Change<T>,
): Promise<T> {
  for (;;) {
    const { records, keep } = await open(config);
    const made = change(records);
    try {
      await keep(made.records);
      return made;
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error;
    }
  }
}

async function open(config: Config): Promise<Editable> {
  try {
    return config.ACCESS_KEYS_FILE
      ? await openFile(config.ACCESS_KEYS_FILE)
      : await openObject(config);
  } catch (cause) {
    throw cause instanceof KeyRecordsError ? new ConfigError(cause.message, { cause }) : cause;
  }
}

async function openFile(path: string): Promise<Editable> {
  const bytes = await ifThere(readInput(path));
  const records = bytes ? parseRecords(bytes, path) : [];
  return { records, keep: (changed) => writeOutput(path, recordsText(changed)) };
}

async function openObject(config: Config): Promise<Editable> {
  const { blobs } = await openStore(config);
  const found = await blobs.read(KEYS_OBJECT);
  const records = found ? parseRecords(found.bytes, KEYS_OBJECT) : [];
  return { records, keep: (changed) => writeObject(blobs, recordsText(changed), found?.version) };
}

function scopeList(text: string): Scope[] {
  const words = [...new Set(text.split(',').map((word) => word.trim()))];
  const other = words.find((word) => !isScope(word));
  if (other === undefined) return words.filter(isScope);
  throw new InvalidArgumentError(`Expected ${SCOPES.join(', ')}; got "${other}".`);
}

function meanings(): string {
  return SCOPES.map(
    (scope) => `${scope} (${SCOPE_MEANINGS[scope].toLowerCase().replace(/\.$/, '')})`,
  ).join(', ');
}
