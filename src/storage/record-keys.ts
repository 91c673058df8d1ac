/** Which keys are of records, and which of pictures and other files; of a tenant's part of the store likewise. */

const RECORD =
  /^(?:(?:index|expiry|batches|batch-expiry|usage|damaged|queues)\/|jobs\/[^/]+\/(?:job\.json$|deliveries\/))/;

/** Keys of people who may call are a file that is edited as one. */
const FILE =
  /^(?:(?:access|answers|results|uploads)\/|jobs\/[^/]+\/(?:input|output|parts|preview))/;

export function isRecord(key: string): boolean {
  return RECORD.test(ownOf(key));
}

/** Whether there may be records among all keys with this prefix. */
export function mayHoldRecords(prefix: string): boolean {
  return !FILE.test(ownOf(prefix));
}

/** Whether there may be files among all keys with this prefix. */
export function mayHoldFiles(prefix: string): boolean {
  return !RECORD.test(ownOf(prefix));
}

/** The key or prefix as the tenant has it. */
function ownOf(key: string): string {
  return key.replace(/^tenants\/([^/]+\/)(?:[^/]*\/)?/, '$1');
}
