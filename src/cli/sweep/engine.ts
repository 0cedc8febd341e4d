import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { localEngine } from '../../experiment/sweep/engine/local.js';
import { slurmEngine } from '../../experiment/sweep/engine/slurm/engine.js';
import type { Engine } from '../../experiment/sweep/engine/types.js';
import type { SweepPlan } from '../../experiment/sweep/plan.js';
import { InputError } from '../../input/error.js';
import { integer, many, text } from '../options.js';
import type { OptionSpec, VerbInput } from '../verb.js';

const MAX_JOBS = 256;
const MAX_SHARDS = 10_000;

/** Names the server, so that a password need not stand on a command line. */
const REDIS_VARIABLE = 'CFSLAB_REDIS';

export const JOBS_OPTION: OptionSpec = { flags: '--jobs <n>', doc: 'threads (default: one for each CPU); 0 runs in one thread' };
export const REDIS_OPTION: OptionSpec = { flags: '--redis <url>', doc: `the Redis server, redis://HOST:PORT (default: ${REDIS_VARIABLE} of the environment)` };

export const ENGINE_OPTIONS: readonly OptionSpec[] = [
  JOBS_OPTION,
  { flags: '--memory <MiB>', doc: 'the most heap that the threads may use together' },
  { flags: '--engine <name>', doc: 'local, slurm or redis (default: local; docs/cluster.md)' },
  REDIS_OPTION,
  { flags: '--work <dir>', doc: 'slurm: a directory that all nodes share (default: out/slurm)' },
  { flags: '--shards <n>', doc: 'slurm: tasks of an array, at the most (default: 64)' },
  { flags: '--sbatch <option>', doc: 'slurm: a further option of sbatch: --sbatch=--partition=long (may be repeated)', many: true },
];

/** The engine that the options ask for. @throws InputError, OutsideError */
export async function engineOf(input: VerbInput, plan: SweepPlan): Promise<Engine> {
  const { scenarios } = plan.bench;
  const jobs = jobsOf(input);
  const memory = integer(input, 'memory', 64, 2 ** 20);
  const name = text(input, 'engine') ?? 'local';
  switch (name) {
    case 'local':
      return localEngine(scenarios, jobs, memory === undefined ? {} : { memoryMiB: Math.max(32, Math.floor(memory / Math.max(1, jobs))) });
    case 'slurm':
      return slurmEngine(scenarios, {
        directory: resolve(text(input, 'work') ?? 'out/slurm'),
        shards: integer(input, 'shards', 1, MAX_SHARDS) ?? 64,
        sbatch: many(input, 'sbatch'),
        command: [process.execPath, resolve(process.argv[1] ?? 'cfslab')],
      });
    case 'redis': {
      // Only here, as nobody else needs it.
      const { redisEngine } = await import('../../experiment/sweep/engine/redis/engine.js');
      return redisEngine(scenarios, redisUrl(input));
    }
    default:
      throw new InputError('--engine', '', 'one of local, slurm, redis', name);
  }
}

export function jobsOf(input: VerbInput): number {
  return integer(input, 'jobs', 0, MAX_JOBS) ?? availableParallelism();
}

/** @throws InputError where none is given */
export function redisUrl(input: VerbInput): string {
  const url = text(input, 'redis') ?? process.env[REDIS_VARIABLE];
  if (url === undefined || url === '') throw new InputError('--redis', '', `a URL here or in ${REDIS_VARIABLE}`, 'nothing');
  return url;
}
