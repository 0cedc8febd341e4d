import { describe, expect, it } from 'vitest';
import { compare } from '../../src/experiment/compare.js';
import type { JobResult } from '../../src/experiment/job.js';
import { describeFailure, revive } from '../../src/experiment/pool-messages.js';
import { openPool } from '../../src/experiment/pool.js';
import { resolveScenario } from '../../src/experiment/resolve.js';
import { bundlePath, planJobs, runJobs } from '../../src/experiment/runner.js';
import { InputError, OutsideError, StoppedError } from '../../src/input/error.js';

const spinners = await resolveScenario(
  'spinners',
  { machine: 'flat4', durationSeconds: 0.1, params: { tasks: 5 }, seeds: [3, 1] },
);
const hogs = await resolveScenario('hogs', { machine: 'flat4', durationSeconds: 0.05, seeds: [7] });

const label = ({ policy, workload, seed }: JobResult): string => `${policy}/${workload}/${seed}`;

describe('the plan of a comparison', () => {
  it('is policy by policy, workload by workload, seed by seed, as they were asked for', () => {
    const jobs = planJobs([spinners, hogs], ['never', 'stock']);
    expect(jobs.map(({ policy, scenario, seed }) => [policy, scenario, seed])).toEqual([
      ['never', 0, 3],
      ['never', 0, 1],
      ['never', 1, 7],
      ['stock', 0, 3],
      ['stock', 0, 1],
      ['stock', 1, 7],
    ]);
    expect(jobs.every(({ bundle }) => bundle === null)).toBe(true);
  });

  it('names bundles so that they are apart and safe', () => {
    expect(
      planJobs([hogs], ['early-migration:attempts=2'], 'out').map(({ bundle }) => bundle),
    ).toEqual(['out/early-migration_attempts=2/hogs/seed-7']);
    expect(bundlePath('../x:a=1', 'w', 1)).toBe('.._x_a=1/w/seed-1');
  });

  it('refuses two scenarios of one name', () => {
    expect(() => planJobs([hogs, hogs], ['stock'])).toThrow(/two called hogs/);
  });
});

describe('running jobs in one thread', () => {
  it('gives the results in the order of the jobs, each as if it were alone', async () => {
    const jobs = planJobs([spinners, hogs], ['stock', 'always']);
    const results = await runJobs([spinners, hogs], jobs, { jobs: 0 });
    expect(results.map(label)).toEqual(
      jobs.map(({ policy, scenario, seed }) => `${policy}/${['spinners', 'hogs'][scenario]}/${seed}`),
    );
    for (const [i, job] of [...jobs.entries()].reverse()) {
      const [alone] = await runJobs([spinners, hogs], [job], { jobs: 0 });
      expect(alone!.streamHash).toBe(results[i]!.streamHash);
      expect(alone!.metrics).toEqual(results[i]!.metrics);
    }
  });

  it('reports progress up to the end', async () => {
    const seen: number[] = [];
    await runJobs(
      [hogs],
      planJobs([hogs], ['stock', 'never']),
      { jobs: 0, onProgress: (done, total) => seen.push(done / total) },
    );
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('stops where it is told to', async () => {
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const jobs = planJobs([spinners], ['stock', 'never', 'always']);
    await expect(
      runJobs([spinners], jobs, { jobs: 0, signal: controller.signal, onProgress }),
    ).rejects.toThrow(StoppedError);
    await expect(runJobs([spinners], jobs, { jobs: 0, signal: controller.signal })).rejects.toThrow(StoppedError);
    const pool = openPool([spinners], 0);
    await pool.close();
    await expect(pool.run(jobs[0]!)).rejects.toThrow(StoppedError);
  });

  it('fails as the first failing job does', async () => {
    await expect(runJobs([hogs], planJobs([hogs], ['stock', 'frob']), { jobs: 0 })).rejects.toThrow(/one of stock/);
  });
});

describe('a comparison', () => {
  it('checks the policies before anything runs', async () => {
    await expect(compare([spinners], ['stock', 'frob'], { jobs: 0 })).rejects.toThrow(InputError);
  });

  it('takes stock as the baseline, wherever it stands, else the first', async () => {
    const first = await compare([hogs], ['never', 'stock'], { jobs: 0 });
    expect(first.baseline).toBe('stock');
    expect(new Set(first.paired.map(({ policy }) => policy))).toEqual(new Set(['never']));
    expect((await compare([hogs], ['never', 'always'], { jobs: 0 })).baseline).toBe('never');
  });

  it('says that the machine is not calibrated, or to what', async () => {
    const { scenarios } = await compare([hogs], ['stock'], { jobs: 0 });
    expect(scenarios[0]!.notes.join()).toContain('flat4 is not calibrated: a difference of run time below 3 %');
    const calibrated = { ...hogs, errorPercent: 1.5 };
    expect(
      (await compare([calibrated], ['stock'], { jobs: 0 })).scenarios[0]!.notes.join(),
    ).toContain('is calibrated to 1.5 %');
  });
});

describe('errors on their way between threads', () => {
  const way = (error: Error): Error => revive(structuredClone(describeFailure(error)));

  it('stay what they are', () => {
    const input = way(new InputError('f', 'p', 'e', 'x'));
    expect(input).toBeInstanceOf(InputError);
    expect(input.message).toBe('f: p: expected e, found x');
    expect(way(new OutsideError('disk'))).toBeInstanceOf(OutsideError);
    expect(way(new StoppedError('stopped'))).toBeInstanceOf(StoppedError);
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    expect(way(full)).toMatchObject({ message: full.message, code: 'ENOSPC', stack: full.stack });
  });
});
