import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NIL } from '../../src/sim/kernel/state/table.js';
import { Simulation } from '../../src/sim/simulation.js';
import { buildGenerator, generatorNames } from '../../src/workloads/registry.js';
import { machines } from '../support/cases.js';
import { profileArb, sceneArb } from '../support/random-scene.js';
import { MS, optionsOf } from '../support/scenarios.js';

/** What must hold between any two events, whatever happens. Returns what does not, or null. */
function broken(sim: Simulation, lastMin: Float64Array): string | null {
  const { kernel: k } = sim;
  const { rq, cfs, se, task, avg } = k;
  const queued = new Int32Array(k.cpus);
  for (let p = 0; p < k.tasks; p++) {
    if (task.on_rq[p] !== 1) continue;
    const throttled = throttledAbove(sim, se.cfs_rq[p]!);
    if (!throttled) queued[task.cpu[p]!]!++;
    if (task.on_cpu[p] === 1 && rq.curr[task.cpu[p]!] !== p) return `task ${p} runs where it is not current`;
    // Where it may not be it waits for the stopper alone, which takes it away at this very moment.
    const allowed = k.mask.has(task.mask[p]!, task.cpu[p]!) || sim.machine.stopper.pending(task.cpu[p]!);
    if (!allowed) return `task ${p} is where it may not be`;
    if (avg.util_avg[p]! > 1024 || avg.util_avg[p]! < 0) return `task ${p} has util_avg ${avg.util_avg[p]}`;
  }
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    const n = queued[cpu]!;
    if (rq.nr_running[cpu] !== n) return `cpu ${cpu}: nr_running ${rq.nr_running[cpu]}, queued ${n}`;
    if (cfs.h_nr_running[cpu] !== n) return `cpu ${cpu}: h_nr_running ${cfs.h_nr_running[cpu]}, queued ${n}`;
    const curr = rq.curr[cpu]!;
    if (curr !== NIL && (task.cpu[curr] !== cpu || task.on_cpu[curr] !== 1)) return `cpu ${cpu}: current task ${curr} is elsewhere`;
  }
  for (let row = 0; row < k.groups * k.cpus; row++) {
    if (cfs.min_vruntime[row]! < lastMin[row]!) return `cfs ${row}: min_vruntime went back`;
    lastMin[row] = cfs.min_vruntime[row]!;
    let weight = 0;
    let last = -Infinity;
    for (let e = cfs.first[row]!; e !== NIL; e = se.next[e]!) {
      if (se.vruntime[e]! < last) return `cfs ${row}: the timeline is out of order`;
      last = se.vruntime[e]!;
      weight += se.weight[e]!;
    }
    const curr = cfs.curr[row]!;
    if (curr !== NIL && se.on_rq[curr] === 1) weight += se.weight[curr]!;
    if (weight !== cfs.weight[row]) return `cfs ${row}: weight ${cfs.weight[row]}, its entities have ${weight}`;
  }
  return null;
}

/** Whether the queue, or one above it, is throttled: then its tasks are not counted at the root. */
function throttledAbove(sim: Simulation, row: number): boolean {
  const { kernel: k } = sim;
  for (let at = row; ; ) {
    if (k.cfs.throttled[at] === 1) return true;
    const entity = k.tg_se(k.cfs.tg[at]!, k.cfs.cpu[at]!);
    if (entity === NIL) return false;
    at = k.se.cfs_rq[entity]!;
  }
}

function check(sim: Simulation, every: number): void {
  const lastMin = new Float64Array(sim.kernel.groups * sim.kernel.cpus).fill(-Infinity);
  for (let i = 0; !sim.over; i++) {
    sim.machine.step();
    if (i % every !== 0) continue;
    const problem = broken(sim, lastMin);
    if (problem !== null) throw new Error(`after event ${i}, at ${sim.now} ns: ${problem}`);
  }
  const result = sim.result();
  const used = result.tasks.reduce((sum, t) => sum + t.runNs, 0);
  expect(used).toBeLessThanOrEqual(sim.kernel.cpus * result.simulatedNs);
  for (const t of result.tasks) expect(t.runNs).toBeGreaterThanOrEqual(0);
}

describe('between any two events', () => {
  it('counts, queues and weights agree: random scenes', () => {
    fc.assert(
      fc.property(sceneArb, profileArb, fc.nat(1000), fc.boolean(), (workload, profile, seed, together) => {
        const options = optionsOf({ profile, workload, durationNs: 40 * MS, seed, takeTicksTogether: together });
        check(new Simulation(options), 1);
      }),
      { numRuns: 150 },
    );
  });

  it('counts, queues and weights agree: every generator', () => {
    for (const profile of machines()) {
      for (const name of generatorNames()) {
        const workload = buildGenerator(name, {}, { cpus: 8, seed: 1 }, 'test');
        check(new Simulation(optionsOf({ profile, workload, durationNs: 15 * MS, policy: 'always' })), 7);
      }
    }
  });

  it('the check finds what is wrong', () => {
    const workload = buildGenerator('oversub', {}, { cpus: 8, seed: 1 }, 'test');
    const wrong = (spoil: (sim: Simulation) => void): string | null => {
      const sim = new Simulation(optionsOf({ profile: 'pvt8', workload, durationNs: 15 * MS }));
      sim.runUntil(10 * MS);
      const lastMin = new Float64Array(sim.kernel.cpus).fill(-Infinity);
      expect(broken(sim, lastMin)).toBeNull();
      spoil(sim);
      return broken(sim, lastMin);
    };
    expect(wrong(({ kernel: k }) => k.rq.nr_running[3]!++)).toContain('nr_running');
    expect(wrong(({ kernel: k }) => k.cfs.min_vruntime[2]!--)).toContain('min_vruntime');
    expect(wrong(({ kernel: k }) => (k.cfs.weight[1]! += 1024))).toContain('weight');
  });
});
