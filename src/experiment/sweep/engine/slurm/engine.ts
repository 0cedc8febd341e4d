import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { writeFileAtomic } from '../../../../input/atomic.js';
import { OutsideError, StoppedError } from '../../../../input/error.js';
import { makeDirectory } from '../../../../input/make-directory.js';
import type { ResolvedScenario } from '../../../resolved.js';
import { encodeBatch } from '../batch.js';
import type { Engine } from '../types.js';
import { slurm, type SlurmCommands } from './commands.js';
import { BATCH_FILE, readShard, SCRIPT_FILE, shardFile } from './files.js';

export interface SlurmOptions {
  /** A directory that all nodes share. */
  readonly directory: string;
  /** Tasks of an array, at the most. */
  readonly shards: number;
  /** Further arguments of sbatch: `--partition=long`. */
  readonly sbatch: readonly string[];
  /** The command line of cfslab, on every node: program and first arguments. */
  readonly command: readonly string[];
  readonly commands?: SlurmCommands;
  readonly pollMs?: number;
}

/** How often tasks that ended without a result are submitted again before that is called a failure. */
const MOST_FRUITLESS = 5;

/** Makes runs as tasks of Slurm arrays. What a killed coordinator has submitted, the next one finds by the hash of its batch. */
export function slurmEngine(scenarios: readonly ResolvedScenario[], options: SlurmOptions): Engine {
  const commands = options.commands ?? slurm;
  return {
    name: 'slurm',
    async run(requests, onRun, signal) {
      const text = encodeBatch({ scenarios, requests });
      const hash = createHash('sha256').update(text).digest('hex');
      const directory = resolve(options.directory, hash.slice(0, 16));
      const shards = Math.min(options.shards, requests.length);
      makeDirectory(directory);
      writeFileAtomic(join(directory, BATCH_FILE), text);
      writeFileSync(join(directory, SCRIPT_FILE), scriptOf(directory, shards, options.command));
      const open = new Set(Array.from({ length: shards }, (_, i) => i));
      let job: string | null = null;
      let fruitless = 0;
      try {
        for (;;) {
          if (signal.aborted) throw new StoppedError('interrupted');
          // Asked before the results are looked for: what ends in between is seen.
          const alive: boolean = job !== null && (await commands.isAlive(job));
          const before = open.size;
          for (const index of [...open]) {
            const file = shardFile(directory, index);
            if (!existsSync(file)) continue;
            for (const [request, run] of await readShard(file)) onRun(request, run);
            open.delete(index);
          }
          if (open.size === 0) return;
          if (!alive) {
            fruitless = job !== null && open.size === before ? fruitless + 1 : 0;
            if (fruitless > MOST_FRUITLESS) throw new OutsideError(`${open.size} tasks of the array end without a result: ${join(directory, `task-${job!}-${[...open][0]!}.log`)}`);
            job = await commands.submit(join(directory, SCRIPT_FILE), [...open], [...options.sbatch]);
          }
          await pause(options.pollMs ?? 1000, undefined, { signal }).catch(() => undefined);
        }
      } finally {
        if (open.size > 0 && job !== null) await commands.cancel(job).catch(() => undefined);
      }
    },
    close: () => Promise.resolve(),
  };
}

function scriptOf(directory: string, shards: number, command: readonly string[]): string {
  return [
    '#!/bin/sh',
    '#SBATCH --job-name=cfslab-sweep',
    '#SBATCH --ntasks=1',
    `#SBATCH --output=${directory}/task-%A-%a.log`,
    `exec ${[...command, 'sweep', 'run-shard', directory].map(quoted).join(' ')} --index "$SLURM_ARRAY_TASK_ID" --of ${shards} --jobs "\${SLURM_CPUS_PER_TASK:-1}"`,
    '',
  ].join('\n');
}

/** For a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
