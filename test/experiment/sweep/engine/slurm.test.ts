import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SlurmCommands } from '../../../../src/experiment/sweep/engine/slurm/commands.js';
import { slurmEngine } from '../../../../src/experiment/sweep/engine/slurm/engine.js';
import { readShard, shardFile, shardMembers } from '../../../../src/experiment/sweep/engine/slurm/files.js';
import { runShard } from '../../../../src/experiment/sweep/engine/slurm/run-shard.js';
import { Place, sweep } from '../support/small.js';

let place: Place;
beforeEach(() => (place = new Place()));
afterEach(() => place.remove());

const never = new AbortController().signal;

/** A Slurm of this process: a submitted array is run at once, but tasks that `loses` names end without a result. */
function fake(shards: number, loses: (attempt: number, index: number) => boolean): SlurmCommands & { readonly submitted: number[][]; cancelled: number } {
  const commands = {
    submitted: [] as number[][],
    cancelled: 0,
    async submit(script: string, indices: readonly number[]): Promise<string> {
      const attempt = commands.submitted.push([...indices]) - 1;
      for (const index of indices) if (!loses(attempt, index)) await runShard(dirname(script), index, shards, 0, never);
      return String(attempt);
    },
    isAlive: () => Promise.resolve(false),
    cancel: () => {
      commands.cancelled += 1;
      return Promise.resolve();
    },
  };
  return commands;
}

const options = (commands: SlurmCommands) => ({ directory: join(place.folder, 'work'), shards: 4, sbatch: [], command: ['cfslab'], commands, pollMs: 1 });

describe('sweeps by Slurm', () => {
  it('have the table of one by threads, though tasks are lost; only those are submitted again', async () => {
    const expected = await sweep(place, await place.plan());
    rmSync(place.cache, { recursive: true });
    const commands = fake(4, (attempt, index) => (attempt === 0 && index === 2) || (attempt < 2 && index === 3));
    const plan = await place.plan();
    const { table, document } = await sweep(place, plan, slurmEngine(plan.bench.scenarios, options(commands)));
    expect(table).toEqual(expected.table);
    expect(document).toEqual(expected.document);
    expect(commands.submitted).toEqual([[0, 1, 2, 3], [2, 3], [3]]);
    expect(commands.cancelled).toBe(0);
  });

  it('give up where tasks end without a result again and again, and name a log', async () => {
    const plan = await place.plan();
    const commands = fake(4, () => true);
    await expect(sweep(place, plan, slurmEngine(plan.bench.scenarios, options(commands)))).rejects.toThrow(/4 tasks of the array end without a result: .*task-5-0\.log/);
    expect(commands.submitted).toHaveLength(6);
    expect(commands.cancelled).toBe(1);
  });

  it('cancel their array where they are stopped', async () => {
    const plan = await place.plan();
    const controller = new AbortController();
    const commands = fake(4, () => true);
    const submit = commands.submit.bind(commands);
    commands.submit = (script, indices) => {
      controller.abort();
      return submit(script, indices, []);
    };
    await expect(sweep(place, plan, slurmEngine(plan.bench.scenarios, options(commands)), controller.signal)).rejects.toHaveProperty('name', 'StoppedError');
    expect(commands.cancelled).toBe(1);
  });
});

describe('shards', () => {
  it('are all runs, each once', () => {
    const all = [0, 1, 2].flatMap((index) => shardMembers(10, index, 3));
    expect(all.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('are refused where their file is none', async () => {
    await expect(readShard(shardFile(place.folder, 1))).rejects.toThrow(/expected a Parquet file/);
  });
});
