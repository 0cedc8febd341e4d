import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { OutsideError, StoppedError } from '../../../../input/error.js';
import type { ResolvedScenario } from '../../../resolved.js';
import { runKey } from '../../identity/run-key.js';
import { parseLine, type StoredRun } from '../../store/run-store.js';
import { encode } from '../wire.js';
import type { Engine } from '../types.js';
import { connect, type QueueJob, type RunQueue } from './connect.js';

/** What a job of the queue holds: text, no code. */
export interface RunJob {
  /** sha256 of the scenarios' text, which lies beside the queue. */
  readonly scenarios: string;
  /** A `RunRequest`, encoded. */
  readonly request: string;
}

/** Where scenarios lie on the server. */
export function scenariosKey(hash: string): string {
  return `cfslab:scenarios:${hash}`;
}

const POLL_MS = 200;
/** Jobs that are put on the queue, or asked for, at once. */
const CHUNK = 500;
/** What nobody fetched is forgotten after a day, seconds. */
const KEEP_S = 86_400;

/**
 * Makes runs by workers that wait at a queue of a Redis server. A job's name is the identity of its run, so a job that is there
 * already is not put there twice.
 */
export async function redisEngine(scenarios: readonly ResolvedScenario[], url: string): Promise<Engine> {
  const connection = await connect(url);
  const queue = connection.queue();
  const text = encode(scenarios);
  const hash = createHash('sha256').update(text).digest('hex');
  return {
    name: 'redis',
    async run(requests, onRun, signal) {
      await connection.client.set(scenariosKey(hash), text, 'EX', 7 * KEEP_S);
      const ids = requests.map(({ cell, seed }) => runKey(cell, seed));
      const open = new Map<string, number[]>();
      ids.forEach((id, index) => open.set(id, [...(open.get(id) ?? []), index]));
      const names = [...open.keys()];
      for (let at = 0; at < names.length; at += CHUNK) {
        if (signal.aborted) throw new StoppedError('interrupted');
        await queue.addBulk(names.slice(at, at + CHUNK).map((id) => {
          const data: RunJob = { scenarios: hash, request: encode(requests[open.get(id)![0]!]) };
          return { name: 'run', data, opts: { jobId: id, attempts: 2, removeOnComplete: { age: KEEP_S }, removeOnFail: { age: KEEP_S } } };
        }));
      }
      await collect(queue, open, onRun, signal);
    },
    async close() {
      await queue.close();
      connection.close();
    },
  };
}

/** Takes results as they come, and takes their jobs off the server. What is not done when it is stopped is taken off too. */
async function collect(queue: RunQueue, open: Map<string, number[]>, onRun: (index: number, run: StoredRun) => void, signal: AbortSignal): Promise<void> {
  try {
    while (open.size > 0) {
      if (signal.aborted) throw new StoppedError('interrupted');
      const ended = await look(queue, [...open.keys()].slice(0, CHUNK));
      for (const { id, run } of ended) {
        for (const index of open.get(id)!) onRun(index, run);
        open.delete(id);
      }
      if (ended.length === 0) {
        // Those at the front are under way, perhaps slow ones: others may be done. The order in which they are asked goes round.
        for (const [id, indices] of [...open].slice(0, Math.min(CHUNK, open.size - 1))) {
          open.delete(id);
          open.set(id, indices);
        }
        await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  } finally {
    if (open.size > 0) await Promise.allSettled([...open.keys()].map(async (id) => (await queue.getJob(id))?.remove()));
  }
}

async function look(queue: RunQueue, ids: readonly string[]): Promise<Array<{ readonly id: string; readonly run: StoredRun }>> {
  const jobs = await Promise.all(ids.map((id) => queue.getJob(id)));
  const ended: Array<{ readonly id: string; readonly run: StoredRun }> = [];
  for (const [i, job] of jobs.entries()) {
    const run = await resultOf(job);
    if (run === null) continue;
    ended.push({ id: ids[i]!, run });
    await job!.remove();
  }
  return ended;
}

/** @throws OutsideError where a run failed, or is no longer there */
async function resultOf(job: QueueJob | undefined): Promise<StoredRun | null> {
  if (job === undefined) throw new OutsideError('a run is gone from the queue: somebody has emptied it');
  if (typeof job.returnvalue === 'string') {
    const run = parseLine(job.returnvalue);
    if (run === null) throw new OutsideError('a worker answered with what is no run');
    return run;
  }
  if (job.failedReason !== undefined && (await job.getState()) === 'failed') {
    await job.remove();
    throw new OutsideError(`a worker failed: ${job.failedReason}`);
  }
  return null;
}
