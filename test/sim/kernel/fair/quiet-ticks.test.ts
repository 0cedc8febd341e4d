import { describe, expect, it } from 'vitest';
import { SCHED_IDLE, SCHED_NORMAL } from '../../../../src/sim/kernel/constants.js';
import { scheduler_tick } from '../../../../src/sim/kernel/core/tick.js';
import { quiet_until, take_quiet_ticks } from '../../../../src/sim/kernel/fair/quiet-ticks.js';
import { __dequeue_entity, __enqueue_entity } from '../../../../src/sim/kernel/fair/timeline.js';
import { CLOCK_BASE, type Kernel } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import { type Draw, repeat } from '../../../reference/draw.js';
import { kernel } from '../../../reference/kernel.js';
import { assignTask, setNice } from '../../../reference/random-world.js';

const TASKS = 6;
const JIFFIES = 1000;

/** The same kernel twice: one takes its quiet ticks together, the other one by one. */
function pair(cpus: number, alternative: boolean): readonly [Kernel, Kernel] {
  const make = (): Kernel => {
    const k = kernel({
      cpus,
      tasks: TASKS,
      parents: [0],
      features: { ALT_PERIOD: !alternative, BASE_SLICE: !alternative, UTIL_EST: !alternative },
    });
    for (let p = 0; p < TASKS; p++) assignTask(k, p, 0, cpus - 1);
    return k;
  };
  return [make(), make()];
}

/** Gives the last CPU a random current task, random others that wait, and random averages. */
function randomCpu(k: Kernel, draw: Draw): void {
  const { rq, se, cfs } = k;
  const cpu = k.cpus - 1;
  while (cfs.first[cpu] !== NIL) __dequeue_entity(k, cpu, cfs.first[cpu]!);
  const now = 1_000_000 + draw.bits(34);
  k.g.now[0] = now;
  k.g.jiffies[0] = JIFFIES;
  k.g.this_cpu[0] = cpu;
  rq.clock[cpu] = rq.clock_task[cpu] = CLOCK_BASE + now - draw.below(4_000_000);
  rq.clock_pelt[cpu] = rq.clock[cpu]! - (draw.chance(50) ? 0 : draw.bits(28));
  rq.lost_idle_time[cpu] = draw.chance(50) ? 0 : draw.bits(24);
  rq.next_balance[cpu] = JIFFIES + 1 + draw.below(50);
  rq.need_resched[cpu] = 0;
  rq.idle_balance[cpu] = draw.below(2);
  rq.curr[cpu] = 0;
  cfs.curr[cpu] = 0;

  const base = draw.signed(40);
  cfs.min_vruntime[cpu] = base;
  const waiting = draw.chance(50) ? 0 : draw.below(TASKS - 1) + 1;
  let weight = 0;
  for (let p = 0; p <= waiting; p++) {
    setNice(k, p, draw.chance(30) ? 0 : draw.below(40) - 20, draw.chance(10) ? SCHED_IDLE : SCHED_NORMAL);
    se.on_rq[p] = 1;
    se.vruntime[p] = base + draw.signed(24);
    weight += se.weight[p]!;
    if (p > 0) __enqueue_entity(k, cpu, p);
    randomAvg(k, draw, p, 1);
  }
  // Sometimes a group waits too.
  const group = k.tg_se(1, cpu);
  const grouped = draw.chance(30);
  se.on_rq[group] = grouped ? 1 : 0;
  if (grouped) {
    se.weight[group] = Math.max(2, draw.bits(28));
    se.inv_weight[group] = 0;
    se.vruntime[group] = base + draw.signed(24);
    weight += se.weight[group]!;
    __enqueue_entity(k, cpu, group);
  }
  cfs.weight[cpu] = weight;
  cfs.nr_running[cpu] = waiting + 1 + (grouped ? 1 : 0);
  cfs.h_nr_running[cpu] = cfs.nr_running[cpu]! + (grouped ? draw.below(20) : 0);
  cfs.idle_nr_running[cpu] = draw.below(cfs.nr_running[cpu]! + 1);
  rq.nr_running[cpu] = cfs.h_nr_running[cpu]!;
  randomAvg(k, draw, k.cfs_avg + cpu, 1 + draw.bits(18));
  se.exec_start[0] = rq.clock_task[cpu]!;
  se.sum_exec_runtime[0] = draw.bits(44);
  se.prev_sum_exec_runtime[0] = Math.max(0, se.sum_exec_runtime[0]! - draw.bits(24));
}

function randomAvg(k: Kernel, draw: Draw, at: number, load: number): void {
  const { avg } = k;
  const cpu = k.cpus - 1;
  const pelt = k.rq.clock_pelt[cpu]! - k.rq.lost_idle_time[cpu]!;
  avg.last_update_time[at] = Math.max(1, pelt - (draw.chance(5) ? draw.bits(36) : draw.below(5_000_000)));
  avg.period_contrib[at] = draw.below(1024);
  avg.load_sum[at] = draw.below(47743) * load;
  avg.runnable_sum[at] = draw.below(47743) * 1024;
  avg.util_sum[at] = draw.below(47743) * 1024;
  avg.load_avg[at] = draw.bits(17);
  avg.runnable_avg[at] = draw.bits(12);
  avg.util_avg[at] = draw.below(1025);
  avg.util_est_unchanged[at] = at < k.tasks ? draw.below(2) : 0;
}

function copy(from: Kernel, to: Kernel): void {
  to.arena.load(from.arena.save());
}

function checkPair(n: number, seed: number, cpus: number, alternative: boolean): { ticks: number; quiet: number } {
  const [together, single] = pair(cpus, alternative);
  const cpu = cpus - 1;
  let ticks = 0;
  let quiet = 0;
  repeat(n, seed, (draw) => {
    randomCpu(together, draw);
    copy(together, single);
    const tickNs = draw.pick([1_000_000, 4_000_000, 10_000_000, 3_333_333]);
    const now = together.g.now[0]!;
    const first = now + 1 + draw.below(tickNs);
    const until = quiet_until(together, cpu, now + draw.below(60) * tickNs);
    // The forecast may fill in a cached inverse, as the ordinary tick does.
    const possible = Math.max(0, Math.ceil((until - first) / tickNs));
    if (possible === 0) return;
    quiet++;
    const count = draw.chance(50) ? possible : 1 + draw.below(possible);
    ticks += count;
    take_quiet_ticks(together, cpu, first, count, tickNs);
    for (let i = 0; i < count; i++) {
      single.g.now[0] = first + i * tickNs;
      scheduler_tick(single, cpu);
    }
    if (single.rq.need_resched[cpu] !== 0) throw new Error('a tick before quiet_until() asked for a reschedule');
    together.g.now[0] = single.g.now[0]!;
    if (Buffer.compare(Buffer.from(together.arena.save()), Buffer.from(single.arena.save())) !== 0) {
      throw new Error(`${count} of ${possible} ticks of ${tickNs} ns from ${first}: ${difference(together, single)}`);
    }
  });
  return { ticks, quiet };
}

/** The columns in which two kernels differ, for the message of a failure. */
function difference(a: Kernel, b: Kernel): string {
  const found: string[] = [];
  for (const table of ['g', 'rq', 'cfs', 'se', 'avg', 'task', 'tg', 'sd'] as const) {
    const left = a[table] as unknown as Record<string, ArrayLike<number>>;
    const right = b[table] as unknown as Record<string, ArrayLike<number>>;
    for (const column of Object.keys(left)) {
      if (!ArrayBuffer.isView(left[column])) continue;
      for (let row = 0; row < left[column]!.length; row++) {
        if (left[column]![row] !== right[column]![row]) {
          found.push(`${table}.${column}[${row}] together ${left[column]![row]}, singly ${right[column]![row]}`);
        }
      }
    }
  }
  return found.join('; ');
}

describe('take_quiet_ticks equals as many ordinary ticks, bit for bit', () => {
  it('on one CPU', () => {
    const { ticks, quiet } = checkPair(40_000, 151, 1, false);
    expect(quiet).toBeGreaterThan(10_000);
    expect(ticks).toBeGreaterThan(100_000);
  });

  it('on one of four CPUs', () => {
    const { ticks, quiet } = checkPair(40_000, 152, 4, false);
    expect(quiet).toBeGreaterThan(10_000);
    expect(ticks).toBeGreaterThan(100_000);
  });

  it('without ALT_PERIOD, BASE_SLICE and UTIL_EST', () => {
    const { ticks } = checkPair(20_000, 153, 4, true);
    expect(ticks).toBeGreaterThan(50_000);
  });
});

describe('quiet_until says "not now"', () => {
  const cases: ReadonlyArray<readonly [string, (k: Kernel) => void]> = [
    ['an idle CPU', (k) => void (k.rq.curr[0] = NIL)],
    ['a task in a group', (k) => assignTask(k, 0, 1)],
    ['a pending reschedule', (k) => void (k.rq.need_resched[0] = 1)],
    ['bandwidth control', (k) => void (k.cfs_bandwidth_used = true)],
    ['a tickless CPU that could be kicked', (k) => void (k.g.nohz_nr_cpus[0] = 1)],
    ['averages to be taken out', (k) => void (k.cfs.removed_nr[0] = 1)],
    ['a clock update to be skipped', (k) => void (k.rq.clock_update_flags[0] = 1)],
  ];
  for (const [what, change] of cases) {
    it(`for ${what}`, () => {
      repeat(20, 154, (draw) => {
        const [k] = pair(1, false);
        randomCpu(k, draw);
        change(k);
        expect(quiet_until(k, 0, k.g.now[0]! + 1e9)).toBe(0);
      });
    });
  }
});
