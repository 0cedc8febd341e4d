import { describe, expect, it } from 'vitest';
import type { MachineProfile } from '../../../src/sim/profile.js';
import { events, machine, MS, run, taskNamed, workload } from '../../support/scenarios.js';

const WAKEUP = 1000;
const costs = { ...machine('pvt8').costs, wakeup: WAKEUP, trace_event: 600 };

/**
 * ns from the record of a wake-up to that of the move to another CPU, which has a search for a CPU in it, while CPUs are busy.
 * The woken task was last on `prev`, and its waker is on CPU 0.
 */
function searched(profile: MachineProfile, prev: number, busy: readonly number[]): { readonly ns: number; readonly cpu: number } {
  const work = workload(8, (s, w) => {
    const [anywhere, there] = [w.mask([0, 1, 2, 3, 4, 5, 6, 7]), w.mask([prev])];
    const semaphore = w.semaphore();
    for (const cpu of busy) s.spinner(`hog${cpu}`, { cpu, startNs: cpu === prev ? 5 * MS : 0, mask: w.mask([cpu]) });
    s.task('woken', (p) => {
      p.run(MS);
      p.affinity(anywhere);
      p.wait(semaphore);
      p.run(MS);
    }, { cpu: prev, mask: there });
    s.task('waker', (p) => {
      p.run(9 * MS);
      p.post(semaphore);
      p.run(MS);
    }, { mask: w.mask([0]) });
  });
  const result = run({ profile, workload: work, durationNs: 11 * MS, record: true });
  const { pid } = taskNamed(result, 'woken');
  const waking = events(result, 'waking').filter((event) => event['pid'] === pid).at(-1)!;
  const moved = events(result, 'migrate').find((event) => event['pid'] === pid && event['ts']! > waking['ts']!)!;
  return { ns: moved['ts']! - waking['ts']!, cpu: moved['b']! };
}

describe('a search for an idle CPU', () => {
  const flat = machine('pvt8c', { costs, features: { SIS_UTIL: false } });
  const threads = machine('pvt8', { costs, features: { SIS_UTIL: false } });

  it('takes the longer the more CPUs it looks at', () => {
    const found = [[1], [1, 2], [1, 2, 3], [1, 2, 3, 4]].map((busy) => searched(flat, 1, busy));
    expect(found.map(({ cpu }) => cpu)).toEqual([2, 3, 4, 5]);
    const [first] = found;
    expect(found.map(({ ns }) => ns - first!.ns)).toEqual([0, 70, 140, 210]);
    // Two records of 600 ns, and beside the cost of a wake-up what is beyond its last 15 %.
    expect(first!.ns).toBe(2 * 600 + WAKEUP + 460 - 150);
  });

  it('goes over whole cores where one may idle, and on to the end where none does', () => {
    // CPUs 4 and 5 are a core.
    const core = searched(threads, 2, [1, 2, 3]);
    expect(core).toEqual({ cpu: 4, ns: 2 * 600 + WAKEUP + Math.round(1000 * (0.39 + 0.115 * 2)) - 150 });
    // Every core has a busy CPU: the first idle one will do, but the search goes on to the end.
    expect(searched(threads, 2, [1, 2, 3, 4, 6])).toEqual({ cpu: 5, ns: 2 * 600 + WAKEUP + Math.round(1000 * (0.39 + 0.115 * 8)) - 150 });
  });
});
