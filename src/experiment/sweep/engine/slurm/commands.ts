import { execFile } from 'node:child_process';
import { OutsideError } from '../../../../input/error.js';

/** The commands of Slurm that an engine needs. */
export interface SlurmCommands {
  /** Submits the tasks of an array that are named. @returns the job's number */
  submit(script: string, indices: readonly number[], args: readonly string[]): Promise<string>;
  /** Whether any task of the job waits or runs. */
  isAlive(job: string): Promise<boolean>;
  cancel(job: string): Promise<void>;
}

/** Slurm as it is installed. */
export const slurm: SlurmCommands = {
  async submit(script, indices, args) {
    const printed = await run('sbatch', ['--parsable', `--array=${indices.join(',')}`, ...args, script]);
    return printed.trim().split(';')[0]!;
  },
  async isAlive(job) {
    try {
      return (await run('squeue', ['--noheader', '--jobs', job, '--format=%T'])).trim() !== '';
    } catch (error) {
      // Slurm forgets jobs that have ended long ago.
      if (/Invalid job id/i.test((error as Error).message)) return false;
      throw error;
    }
  },
  async cancel(job) {
    await run('scancel', [job]);
  },
};

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { encoding: 'utf8', timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new OutsideError(`${command} is missing: Debian's package slurm-wlm has it (docs/cluster.md)`));
      else reject(new OutsideError(`${command}: ${(stderr.trim() || error.message).split('\n')[0]!}`));
    });
  });
}
