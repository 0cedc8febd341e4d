import { join } from 'node:path';
import { readTextFile } from '../../../../input/json.js';
import { RunStore, type StoredRun } from '../../store/run-store.js';
import { decodeBatch, refuseStranger } from '../batch.js';
import { localEngine } from '../local.js';
import { BATCH_FILE, shardFile, shardMembers, shardStore, writeShard } from './files.js';

const MAX_BATCH_BYTES = 2 ** 30;

/**
 * Makes the runs of one shard, those that an earlier attempt has made apart, and writes its file.
 * @returns how many runs it has, and how many of them were made now
 */
export async function runShard(directory: string, index: number, of: number, jobs: number, signal: AbortSignal): Promise<{ readonly runs: number; readonly made: number }> {
  const file = join(directory, BATCH_FILE);
  const { scenarios, requests } = decodeBatch(readTextFile(file, MAX_BATCH_BYTES), file);
  const members = shardMembers(requests.length, index, of);
  for (const member of members) refuseStranger(scenarios, requests[member]!);
  const store = new RunStore(shardStore(directory, index));
  const found = new Map<number, StoredRun>();
  for (const member of members) {
    const { cell, seed } = requests[member]!;
    const run = store.read(cell).get(seed);
    if (run !== undefined) found.set(member, run);
  }
  const missing = members.filter((member) => !found.has(member));
  const engine = localEngine(scenarios, jobs);
  try {
    await engine.run(missing.map((member) => requests[member]!), (i, run) => {
      const member = missing[i]!;
      store.append(requests[member]!.cell, run);
      found.set(member, run);
    }, signal);
  } finally {
    await engine.close();
  }
  await writeShard(shardFile(directory, index), members.map((member) => [member, found.get(member)!]));
  return { runs: members.length, made: missing.length };
}
