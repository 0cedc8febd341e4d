import { describe, expect, it } from 'vitest';
import { defaultsOf, type Params } from '../../../src/workloads/generators/params.js';
import { generatorNamed, GENERATORS } from '../../../src/workloads/registry.js';
import { execute } from '../support/executor.js';

/** Workloads that end, and how many units of work they must have done by then. */
const ENDING: readonly (readonly [string, Params, number])[] = [
  ['hackbench', { groups: 2, fds: 3, loops: 50 }, 2 * 3 * 3 * 50],
  ['hackbench', { groups: 1, fds: 2, loops: 700, datasize: 100 }, 2 * 2 * 700],
  ['hackbench', { groups: 1, fds: 2, loops: 400, transport: 'socket' }, 2 * 2 * 400],
  ['hackbench', { groups: 1, fds: 3, loops: 20, datasize: 65_536, mode: 'thread' }, 3 * 3 * 20],
  ['hackbench', { groups: 1, fds: 1, loops: 1, datasize: 5000 }, 1],
  ['cassandra', { requests: 3000, clients: 9, gcRequests: 256, compactWrites: 64 }, 3000],
  ['cassandra', { requests: 1001, clients: 64, transports: 3, readers: 1, writers: 2, gcRequests: 32, gcThreads: 1 }, 1001],
  ['cassandra', { requests: 500, readPct: 0, gcThreads: 0, compactors: 0 }, 500],
  ['cassandra', { requests: 500, readPct: 100, compactors: 3 }, 500],
  ['arrayfire', { rounds: 5, kernels: 7, threads: 6 }, 35],
  ['arrayfire', { rounds: 1, kernels: 1, threads: 1, serialUs: 0 }, 1],
  ['askap', { iterations: 9, threads: 5 }, 9],
  ['askap', { iterations: 3, threads: 1, degridMs: 0 }, 3],
  ['zstd', { blocks: 101, workers: 4 }, 101],
  ['zstd', { blocks: 3, workers: 8 }, 3],
  ['zstd', { blocks: 40, workers: 1 }, 40],
  ['zstd', { blocks: 101, workers: 4, order: 'completion' }, 101],
];

/** What makes an ending workload go on. */
const FOREVER: Readonly<Record<string, Params>> = {
  arrayfire: { rounds: 0 },
  askap: { iterations: 0 },
  zstd: { blocks: 0 },
};

describe('generators, run without time', () => {
  it.each(ENDING)('%s %j does all of its work in whatever order', (name, params, marks) => {
    const generator = generatorNamed(name, 'test');
    const workload = generator.build({ ...defaultsOf(generator.params), ...params }, { cpus: 4, seed: 3 });
    expect(workload.ends).toBe('exit');
    for (let seed = 0; seed < 6; seed++) {
      const run = execute(workload, seed, 5_000_000);
      expect(run, `order ${seed}`).toMatchObject({ marks, finished: true, stuck: false });
      expect(run.peak).toBeLessThanOrEqual(workload.maxTasks);
    }
  });

  const endless = GENERATORS.map((generator) => [generator.name, generator] as const);
  it.each(endless)('%s goes on as long as it is let', (name, generator) => {
    const workload = generator.build({ ...defaultsOf(generator.params), ...FOREVER[name] }, { cpus: 4, seed: 3 });
    if (workload.ends === 'exit') return;
    for (let seed = 0; seed < 3; seed++) {
      const run = execute(workload, seed, 300_000);
      expect(run, `order ${seed}`).toMatchObject({ finished: false, stuck: false });
      if (workload.unit !== '') expect(run.marks).toBeGreaterThan(100);
      expect(run.peak).toBeLessThanOrEqual(workload.maxTasks);
    }
  });
});

describe('generators that model programs of the capture laboratory', () => {
  const build = (name: string, params: Params) => {
    const generator = generatorNamed(name, 'test');
    return generator.build({ ...defaultsOf(generator.params), ...params }, { cpus: 8, seed: 1 });
  };

  it('forkjoin has rounds of the work that is asked for', () => {
    const workload = build('forkjoin', { threads: 6, workUs: 200, skewPct: 50, serialUs: 30 });
    const [work] = workload.distributions;
    expect([work![0], work![128], work![256]]).toEqual([100_000, 200_000, 300_000]);
    expect(workload.barriers).toEqual([6, 6]);
    expect(workload.maxTasks).toBe(7);
  });

  it('hogs takes its nice values one process each, or one parent for all', () => {
    const two = build('hogs', { nices: [5, -5] }).templates.filter(({ comm }) => comm === 'hog0');
    expect(two.map(({ nice }) => nice)).toEqual([5, -5]);
    expect(build('hogs', { nices: [], n: 9 }).templates.filter(({ comm }) => /^hog\d/.test(comm))).toHaveLength(9);
    expect(build('hogs', { nices: [], n: 9 }).maxTasks).toBe(10);
  });

  it('reqresp and threadpool have the tasks that the programs have', () => {
    expect(build('reqresp', { clients: 30, workers: 12 }).maxTasks).toBe(30 + 12 + 1 + 2 + 1);
    expect(build('threadpool', { workers: 20, hogs: 2 }).maxTasks).toBe(20 + 2 + 1);
    expect(build('oversub', { n: 4, t1: 14, t2: 9, c: 12 }).maxTasks).toBe(1 + 5 + 15 + 10 + 22);
  });

  it('hackbench has pipes of pages, and sockets that wake writers at a quarter', () => {
    const pipe = build('hackbench', { groups: 1, fds: 1, loops: 1000 });
    // Who is ready, the start; messages, room in the last page, pages, and whether the reader sleeps.
    expect(pipe.semaphores).toEqual([0, 0, 0, 0, 16, 0]);
    const socket = build('hackbench', { groups: 1, fds: 1, loops: 1000, transport: 'socket' });
    expect(socket.semaphores).toEqual([0, 0, 0, 70, 208, 0, 0]);
    expect(build('hackbench', { groups: 20, fds: 20 }).maxTasks).toBe(801);
  });

  it('pinned binds what it says, within the machine', () => {
    expect(build('pinned', {}).masks).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0], [2], [4, 5], [6, 7]]);
    expect(build('pinned', { m1: [3], m2: [3] }).masks[1]).toEqual([3]);
  });

  it('groups has the weights and the quota that are asked for', () => {
    const { groups } = build('groups', { weightB: 300, quotaUs: 60_000 });
    expect(groups.map(({ name, weight, quotaNs }) => [name, weight, quotaNs])).toEqual([
      ['/', 100, null],
      ['/a', 100, null],
      ['/b', 300, null],
      ['/c', 100, 60_000_000],
    ]);
    expect(build('groups', { quotaUs: 0 }).groups[3]!.quotaNs).toBeNull();
  });
});
