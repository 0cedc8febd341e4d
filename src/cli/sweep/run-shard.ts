import { runShard } from '../../experiment/sweep/engine/slurm/run-shard.js';
import { InputError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import { interruptible } from '../interrupt.js';
import { flag, integer, JSON_OPTION } from '../options.js';
import { JOBS_OPTION, jobsOf } from './engine.js';
import type { Verb } from '../verb.js';

const MAX_SHARDS = 10_000;

export const sweepRunShardVerb: Verb = {
  help: 'DIR holds batch.json, which `sweep --engine slurm` has written. Results go to shard-INDEX.parquet there, whole or not at all.',
  options: [
    { flags: '--index <i>', doc: 'which part, 0…n−1' },
    { flags: '--of <n>', doc: 'how many parts there are' },
    JOBS_OPTION,
    JSON_OPTION,
  ],
  async run(input, io) {
    const of = integer(input, 'of', 1, MAX_SHARDS);
    if (of === undefined) throw new InputError('--of', '', 'how many parts there are', 'nothing');
    const index = integer(input, 'index', 0, of - 1);
    if (index === undefined) throw new InputError('--index', '', 'which part', 'nothing');
    const directory = input.args[0]!;
    if (kindOf(directory) !== 'directory') throw new InputError('sweep run-shard', '', 'the directory of a batch', directory);
    const done = await interruptible((signal) => runShard(directory, index, of, jobsOf(input), signal));
    io.out(flag(input, 'json') ? `${JSON.stringify(done)}\n` : `${done.runs} runs, ${done.made} of them made now\n`);
    return 0;
  },
};
