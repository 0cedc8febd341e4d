import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/bundle/capture/capture.js';
import type { BundleContents } from '../../src/bundle/tables/contents.js';
import { lockstep, type LockstepReport } from '../../src/lockstep/lockstep.js';
import { lockstepMachine } from '../../src/lockstep/world/machine.js';
import { DECISIONS, type DecisionName } from '../../src/lockstep/agreement/tally.js';
import { featureMark, markOf, reachesTargets } from '../../src/lockstep/agreement/targets.js';
import { totalOf } from '../../src/lockstep/agreement/total.js';
import { EVENT_KINDS } from '../../src/sim/records/records.js';
import type { MachineProfile } from '../../src/sim/profile.js';
import { CAPTURES } from '../bundle/capture-fixture.js';
import { differing, sabotaged, type Sabotage } from './support/sabotage.js';

const NAMES = ['threadpool-c8-mc5', 'spin9', 'rtapp'] as const;
type Name = (typeof NAMES)[number];

const contents = {} as Record<Name, BundleContents>;
const machines = {} as Record<Name, MachineProfile>;
const reports = {} as Record<Name, LockstepReport>;
beforeAll(async () => {
  for (const name of NAMES) {
    const directory = join(CAPTURES, name);
    contents[name] = await readCapture(directory);
    machines[name] = lockstepMachine(directory, contents[name], undefined, []);
    reports[name] = lockstep(contents[name], machines[name], { explain: 5 });
  }
});

describe('lockstep with the shipped captures', () => {
  it('reaches the target of every decision, on each of them and on all together', () => {
    for (const name of NAMES) {
      for (const decision of DECISIONS) {
        const mark = markOf(decision, reports[name].decisions[decision]);
        expect(['reached', 'no target'], `${decision} on ${name}`).toContain(mark);
      }
    }
    const total = totalOf(NAMES.map((name) => ({ name, report: reports[name] })), 100);
    expect(reachesTargets(total.decisions)).toBe(true);
    expect(total.decisions.wakeup_cpu.count).toBe(NAMES.reduce((sum, name) => sum + reports[name].decisions.wakeup_cpu.count, 0));
  });

  it('counts every row of the recording', () => {
    for (const name of NAMES) {
      const { decisions } = reports[name];
      const { tables, instrument } = contents[name];
      expect(decisions.lb_stage.count).toBe(tables.balances.rows);
      expect(decisions.lb_nr_balance_failed.count).toBe(tables.balances.rows);
      expect(decisions.can_migrate_answer.count).toBe(tables.decisions.rows);
      expect(decisions.tick_resched.count).toBe(instrument.ticks!.rows);
      expect(decisions.wakeup_preempt.count).toBe(instrument.preempts!.rows);
      expect(decisions.newidle_gate.count).toBe(instrument.newidles!.rows);
      expect(decisions.wakeup_cpu.count + decisions.fork_cpu.count + decisions.exec_cpu.count).toBe(instrument.wakeups!.rows);
    }
  });

  it('has features within the errors asked for', () => {
    const { features } = reports['threadpool-c8-mc5'];
    for (const name of ['task_load', 'task_util', 'task_runnable', 'src_load', 'src_util', 'dst_load', 'dst_util', 'group_util']) {
      expect(featureMark(name, features[name]!), name).toBe('reached');
    }
    for (const name of ['nr_balance_failed', 'src_nr', 'dst_h_nr', 'task_weight']) {
      expect(features[name], name).toMatchObject({ p99RelErr: 0 });
    }
  });

  it('reads the machine and its clock from the recording', () => {
    expect(machines.spin9.sysctl.migration_cost_ns).toBe(500_000);
    expect(machines['threadpool-c8-mc5'].sysctl.migration_cost_ns).toBe(5_000_000);
    // One of the two rates that a kernel calibrates its clock to.
    expect(reports.spin9.clock).toMatchObject({ ppm: 1, records: 226 });
  });

  it('gives the same report twice', () => {
    const again = lockstep(contents.rtapp, machines.rtapp, { explain: 5 });
    expect(JSON.stringify(again)).toBe(JSON.stringify(reports.rtapp));
  });

  it('tells how far it is', () => {
    const seen: number[] = [];
    lockstep(contents.spin9, machines.spin9, { onProgress: (done, total) => seen.push(done / total) });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((share) => share >= 0 && share < 1)).toBe(true);
  });
});

const SWITCH = EVENT_KINDS.indexOf('switch');
const other = (cpu: number): number => (cpu + 1) % 8;

/** What is done to a recording, the figure that must fall, and by how many rows for each that was changed. */
const RECORDINGS: ReadonlyArray<Sabotage & { what: string; on: Name; falls: DecisionName; least: number; most: number }> = [
  // A CPU that the model did not choose costs some later choices, too: the task's averages go with it.
  { what: 'another CPU chosen', on: 'threadpool-c8-mc5', falls: 'wakeup_cpu', least: 1, most: 1.1,
    table: 'wakeups', column: 'chosen', every: 20, of: (i, c) => (c['wake_flags']![i]! & 8) !== 0, to: other },
  { what: 'the idle task picked', on: 'threadpool-c8-mc5', falls: 'pick_next', least: 1, most: 1.1,
    table: 'events', column: 'pid', every: 100, of: (i, c) => c['kind']![i] === SWITCH && c['pid']![i]! > 0, to: () => 0 },
  { what: 'preempted or not', on: 'threadpool-c8-mc5', falls: 'wakeup_preempt', least: 1, most: 1.05,
    table: 'preempts', column: 'result', every: 20, to: (value) => 1 - value },
  { what: 'rescheduled at the tick or not', on: 'spin9', falls: 'tick_resched', least: 1, most: 1.05,
    table: 'ticks', column: 'resched', every: 20, to: (value) => 1 - value },
  { what: 'another gate', on: 'threadpool-c8-mc5', falls: 'newidle_gate', least: 1, most: 1,
    table: 'newidles', column: 'gate', every: 20, to: (value) => (value === 0 ? 4 : 0) },
  { what: 'another stage', on: 'spin9', falls: 'lb_stage', least: 1, most: 1,
    table: 'balances', column: 'stage', every: 10, of: (i, c) => c['stage']![i] === 1, to: () => 0 },
  { what: 'another busiest CPU', on: 'threadpool-c8-mc5', falls: 'lb_busiest', least: 0.98, most: 1,
    table: 'balances', column: 'busiest', every: 10, of: (i, c) => c['stage']![i] === 3, to: other },
  { what: 'one task more moved', on: 'threadpool-c8-mc5', falls: 'lb_moved', least: 1, most: 1,
    table: 'balances', column: 'moved', every: 10, of: (i, c) => c['stage']![i] === 3, to: (value) => value + 1 },
  // The recorded number is taken after the comparison, so the next balance of the domain is wrong as well.
  { what: 'another nr_balance_failed', on: 'threadpool-c8-mc5', falls: 'lb_nr_balance_failed', least: 1, most: 2,
    table: 'balances', column: 'nr_balance_failed', every: 10, to: (value) => value + 1 },
  { what: 'another reason', on: 'threadpool-c8-mc5', falls: 'can_migrate_reason', least: 1, most: 1,
    table: 'decisions', column: 'reason', every: 20, of: (i, c) => c['reason']![i] === 5, to: () => 3 },
  { what: 'another answer', on: 'threadpool-c8-mc5', falls: 'can_migrate_answer', least: 1, most: 1,
    table: 'decisions', column: 'result', every: 20, of: (i, c) => c['reason']![i] === 5, to: (value) => (value === 0 ? 1 : 0) },
];

describe('a recording that was tampered with', () => {
  it.each(RECORDINGS)('shows: $what lowers $falls', ({ on, falls, least, most, ...sabotage }) => {
    const [tampered, changed] = sabotaged(contents[on], sabotage);
    expect(changed).toBeGreaterThan(15);
    const more = differing(lockstep(tampered, machines[on]))[falls] - differing(reports[on])[falls];
    expect(more).toBeGreaterThanOrEqual(Math.floor(least * changed));
    expect(more).toBeLessThanOrEqual(Math.ceil(most * changed));
  });

  it.each(['task_util', 'src_load', 'h_load', 'util_est', 'dst_runnable'])('shows in the error of %s, and of nothing else', (name) => {
    const on = 'threadpool-c8-mc5';
    const [tampered] = sabotaged(contents[on], { table: 'decisions', column: name, every: 1, to: (value) => Math.floor(1.2 * value) });
    const { features } = lockstep(tampered, machines[on]);
    const worse = Object.keys(features).filter(
      (feature) => features[feature]!.medianRelErr > reports[on].features[feature]!.medianRelErr + 0.01,
    );
    expect(worse).toEqual([name]);
    expect(features[name]!.medianRelErr).toBeCloseTo(0.2 / 1.2, 1);
    expect(featureMark(name, features[name]!)).toBe('missed');
  });
});

/** Knobs of the model turned wrong, and the decisions that must suffer; no other one may. */
const MODELS: ReadonlyArray<{ knob: string; value: number | boolean; on: Name; falls: readonly DecisionName[]; least: number }> = [
  { knob: 'sysctl.wakeup_granularity_ns', value: 16_000_000, on: 'threadpool-c8-mc5', falls: ['wakeup_preempt'], least: 100 },
  { knob: 'features.WAKEUP_PREEMPTION', value: false, on: 'spin9', falls: ['wakeup_preempt'], least: 20 },
  { knob: 'sysctl.latency_ns', value: 48_000_000, on: 'spin9', falls: ['tick_resched'], least: 100 },
  { knob: 'sysctl.migration_cost_ns', value: 0, on: 'threadpool-c8-mc5', falls: ['lb_moved', 'can_migrate_answer'], least: 500 },
  { knob: 'features.SIS_UTIL', value: false, on: 'threadpool-c8-mc5', falls: ['wakeup_cpu'], least: 1000 },
  { knob: 'sysctl.min_granularity_ns', value: 6_000_000, on: 'threadpool-c8-mc5', falls: ['pick_next'], least: 20 },
  { knob: 'sysctl.nr_migrate', value: 1, on: 'threadpool-c8-mc5', falls: ['lb_moved'], least: 5 },
];

describe('a model that was tampered with', () => {
  it.each(MODELS)('shows: $knob = $value lowers $falls on $on', ({ knob, value, on, falls, least }) => {
    const machine = lockstepMachine(join(CAPTURES, on), contents[on], undefined, [{ path: knob, value, source: 'test' }]);
    const [wrong, right] = [differing(lockstep(contents[on], machine)), differing(reports[on])];
    const fallen = DECISIONS.filter((name) => wrong[name] > right[name] + 2);
    expect(fallen).toEqual(falls);
    for (const name of falls) expect(wrong[name] - right[name]).toBeGreaterThanOrEqual(least);
  });

  it('misses its targets, and says so', () => {
    const on = 'threadpool-c8-mc5';
    const settings = [{ path: 'sysctl.migration_cost_ns', value: 0, source: 'test' }];
    const { decisions } = lockstep(contents[on], lockstepMachine(join(CAPTURES, on), contents[on], undefined, settings));
    expect(reachesTargets(decisions)).toBe(false);
    expect(markOf('can_migrate_answer', decisions.can_migrate_answer)).toBe('missed');
    expect(reachesTargets(decisions, new Set(['wakeup_cpu', 'pick_next']))).toBe(true);
  });

  it('shows in the features where no decision hangs on it', () => {
    const on = 'threadpool-c8-mc5';
    const settings = [{ path: 'features.UTIL_EST', value: false, source: 'test' }];
    const { features } = lockstep(contents[on], lockstepMachine(join(CAPTURES, on), contents[on], undefined, settings));
    expect(features['util_est']!.medianRelErr).toBeGreaterThan(0.01);
    expect(featureMark('util_est', features['util_est']!)).toBe('missed');
  });
});
