import { describe, expect, it } from 'vitest';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { InputError } from '../../../src/input/error.js';
import { Op } from '../../../src/sim/programs/program.js';
import { EVENT_KINDS } from '../../../src/sim/records/records.js';
import { simulate } from '../../../src/sim/simulation.js';
import { checkWorkload } from '../../../src/workloads/check.js';
import { extractWorkload } from '../../../src/workloads/replay/extract.js';
import type { Extraction, ReplayOptions } from '../../../src/workloads/replay/options.js';
import { machine } from '../../support/scenarios.js';
import { execute } from './support/executor.js';
import { programFrom, programOf, tokenBalance } from './support/programs.js';
import { IDLE, IRQ, R, Recording, S, SYNC, X } from './support/recording.js';

function extract(recording: Recording, options: ReplayOptions = {}): Extraction {
  const extraction = extractWorkload(recording.contents(), options);
  checkWorkload(extraction.workload, recording.cpus);
  expect(tokenBalance(extraction.workload).every((left) => left === 0)).toBe(true);
  const { born, exited, left } = execute(extraction.workload);
  expect({ exited, left }).toEqual({ exited: born, left: 0 });
  return extraction;
}

describe('extractWorkload', () => {
  it('turns a ping-pong of two tasks into posts and waits at the offsets of the wake-ups', () => {
    const { workload, stats, durationNs, cpus } = extract(
      new Recording(2)
        .task(1)
        .task(2)
        .to(100, 0, IDLE, R, 1)
        .wake(130, 0, 2, SYNC)
        .to(140, 1, IDLE, R, 2)
        .to(150, 0, 1, S, IDLE)
        .wake(170, 1, 1)
        .to(175, 0, IDLE, R, 1)
        .to(180, 1, 2, S, IDLE)
        .event(185, 0, 'exit', 1)
        .to(195, 0, 1, X, IDLE),
    );
    expect(programOf(workload, 1)).toEqual(['RUN 30', 'POST_SYNC 1 1', 'RUN 20', 'WAIT 0', 'RUN 10', 'ENTER_KERNEL', 'RUN 10', 'EXIT']);
    expect(programOf(workload, 2)).toEqual(['WAIT 1', 'RUN 30', 'POST 0 1', 'RUN 10', 'EXIT']);
    expect(stats).toMatchObject({ wakesByTask: 2, syncWakes: 1, earlyWakes: 0, exits: 1, backgroundTasks: 1 });
    expect([stats.cpuNs, stats.runNs]).toEqual([110, 110]);
    expect(workload.templates.map((t) => [t.pid, t.background])).toEqual([
      [1, undefined],
      [2, true],
    ]);
    expect(workload.ends).toBe('exit');
    expect([durationNs, cpus]).toEqual([95, 2]);
  });

  it('forks a chain at the offsets of the fork events', () => {
    const { workload } = extract(
      new Recording(1)
        .task(1)
        .to(0, 0, IDLE, R, 1)
        .fork(10, 0, 1, 2)
        .to(30, 0, 1, S, 2)
        .fork(37, 0, 2, 3)
        .event(40, 0, 'exec', 2)
        .event(50, 0, 'exit', 2)
        .wake(52, 0, 1)
        .to(60, 0, 2, X, 3)
        .to(61, 0, 3, R, 1)
        .to(70, 0, 1, R, 3)
        .event(75, 0, 'exit', 3)
        .to(80, 0, 3, X, 1),
    );
    const entry = workload.templates.map((template) => template.entry);
    expect(programOf(workload, 1)).toEqual(['RUN 10', `FORK ${entry[1]} 1`, 'RUN 20', 'WAIT 0', 'RUN 9', 'EXIT']);
    const second = ['RUN 7', `FORK ${entry[2]} 2`, 'RUN 3', 'EXEC', 'RUN 10', 'ENTER_KERNEL', 'RUN 2', 'POST 0 1', 'RUN 8', 'EXIT'];
    expect(programOf(workload, 2)).toEqual(second);
    expect(programOf(workload, 3)).toEqual(['RUN 6', 'ENTER_KERNEL', 'RUN 5', 'EXIT']);
    expect(workload.initial).toEqual([{ template: 0, startNs: 0, cpu: 0, slept: true }]);
    // The first one stays, but it forked the others: without waiting for it the run would end before it had.
    expect(workload.templates.map((template) => template.background)).toEqual([undefined, undefined, undefined]);
  });

  it('lets a task that an interrupt wakes sleep from its block to that wake-up', () => {
    const { workload, stats } = extract(
      new Recording(2)
        .task(1)
        .task(9)
        .to(0, 0, IDLE, R, 9)
        .wake(7, 0, 1, IRQ)
        .to(10, 1, IDLE, R, 1)
        .to(15, 1, 1, S, IDLE)
        .wake(115, 1, 1, IRQ)
        .to(120, 1, IDLE, R, 1)
        .to(130, 1, 1, S, IDLE),
    );
    expect(programOf(workload, 1)).toEqual(['SLEEP 7', 'RUN 5', 'SLEEP 100', 'RUN 10', 'EXIT']);
    expect(stats).toMatchObject({ wakesByTimer: 2, wakesByTask: 0, semaphores: 0 });
  });

  it('takes a wake-up from the idle task for a timer, whatever its mark says', () => {
    const { workload } = extract(
      new Recording(1)
        .task(1)
        .to(0, 0, 1, S, IDLE)
        .wake(40, 0, 1)
        .to(41, 0, IDLE, R, 1)
        .wake(43, 0, 1, IRQ)
        .to(45, 0, 1, S, IDLE),
    );
    expect(programOf(workload, 1)).toEqual(['SLEEP 40', 'RUN 4', 'EXIT']);
  });

  it('does not end a burst where the task is preempted', () => {
    const { workload, stats } = extract(
      new Recording(1)
        .task(1)
        .task(2)
        .to(0, 0, IDLE, R, 1)
        .to(10, 0, 1, R, 2)
        .to(14, 0, 2, R, 1)
        .to(20, 0, 1, S, 2)
        .to(23, 0, 2, X, IDLE),
    );
    expect(programOf(workload, 1)).toEqual(['RUN 16', 'EXIT']);
    expect(programOf(workload, 2)).toEqual(['RUN 7', 'EXIT']);
    expect(stats.contradictions).toBe(0);
  });

  it('lets a task that is woken before it blocks take its token there', () => {
    const { workload, stats } = extract(
      new Recording(2)
        .task(1)
        .task(2)
        .to(0, 0, IDLE, R, 1)
        .to(0, 1, IDLE, R, 2)
        .wake(8, 0, 2)
        .to(10, 1, 2, S, IDLE)
        .to(12, 1, IDLE, R, 2)
        .wake(15, 0, 2)
        .to(20, 1, 2, S, IDLE)
        .wake(30, 0, 2)
        .to(31, 1, IDLE, R, 2)
        .to(32, 1, 2, S, IDLE),
    );
    // The first wake-up ends the block at 10, the second comes to nothing, the third ends the block at 20.
    expect(programOf(workload, 2)).toEqual(['RUN 8', 'WAIT 0', 'RUN 5', 'WAIT 0', 'RUN 5', 'WAIT 0', 'RUN 1', 'EXIT']);
    const waker = ['RUN 8', 'POST 0 1', 'RUN 7', 'POST 0 1', 'RUN 15', 'POST 0 1', 'RUN 2', 'EXIT'];
    expect(programOf(workload, 1)).toEqual(waker);
    expect(stats).toMatchObject({ wakesByTask: 3, earlyWakes: 2, wakesUnknown: 0 });
  });

  it('drops an early wake-up by an interrupt, but keeps the block that it ended', () => {
    const { workload, stats } = extract(
      new Recording(1)
        .task(1)
        .to(0, 0, IDLE, R, 1)
        .wake(5, 0, 1, IRQ)
        .to(10, 0, 1, S, IDLE)
        .to(12, 0, IDLE, R, 1)
        .to(15, 0, 1, S, IDLE)
        .wake(20, 0, 1, IRQ)
        .to(21, 0, IDLE, R, 1)
        .to(23, 0, 1, S, IDLE),
    );
    expect(programOf(workload, 1)).toEqual(['RUN 10', 'SLEEP 1', 'RUN 3', 'SLEEP 5', 'RUN 2', 'EXIT']);
    expect(stats).toMatchObject({ earlyTimerWakes: 1, wakesByTimer: 1, wakesUnknown: 0 });
  });

  it('sleeps through a block that nothing recorded ended', () => {
    const { workload, stats, notes } = extract(
      new Recording(1).task(1).to(0, 0, IDLE, R, 1).to(10, 0, 1, S, IDLE).to(60, 0, IDLE, R, 1).to(65, 0, 1, S, IDLE),
    );
    expect(programOf(workload, 1)).toEqual(['RUN 10', 'SLEEP 50', 'RUN 5', 'EXIT']);
    expect(stats.wakesUnknown).toBe(1);
    expect(notes.some((note) => note.startsWith('1 blocks ended without a recorded wake-up'))).toBe(true);
  });

  it('takes a task that nothing woke first as runnable from the start, unless events were lost', () => {
    const recording = new Recording(1).task(1).task(2).to(0, 0, IDLE, R, 1).to(30, 0, 1, S, 2).to(35, 0, 2, X, IDLE);
    expect(programOf(extract(recording).workload, 2)).toEqual(['RUN 5', 'EXIT']);
    const lossy = extractWorkload(recording.contents({ lostEvents: 4 }));
    expect(programOf(lossy.workload, 2)).toEqual(['SLEEP 30', 'RUN 5', 'EXIT']);
  });

  it('knows who ran before the first switch, from that switch or from what the task did', () => {
    const { workload } = extract(
      new Recording(2).task(1).task(2).fork(10, 1, 2, 3).event(20, 0, 'exec', 1).to(25, 0, 1, S, 3).to(40, 0, 3, R, IDLE),
    );
    expect(programOf(workload, 1)).toEqual(['RUN 10', 'EXEC', 'RUN 5', 'EXIT']);
    expect(programOf(workload, 2).slice(1)).toEqual(['RUN 30', 'EXIT']);
    expect(workload.initial).toEqual([
      { template: 0, startNs: 0, cpu: 1, slept: true },
      { template: 1, startNs: 0, cpu: 0, slept: true },
    ]);
  });

  it('exits at the last switch, after the wake-ups on the way out', () => {
    const { workload } = extract(
      new Recording(1)
        .task(1)
        .task(2)
        .to(0, 0, IDLE, R, 1)
        .event(5, 0, 'exit', 1)
        .to(6, 0, 1, R, 2)
        .to(8, 0, 2, S, 1)
        .wake(10, 0, 2)
        .to(12, 0, 1, X, 2)
        .event(13, 0, 'exit', 2)
        .to(14, 0, 2, X, IDLE),
    );
    expect(programOf(workload, 1)).toEqual(['RUN 5', 'ENTER_KERNEL', 'RUN 3', 'POST 0 1', 'RUN 2', 'EXIT']);
    expect(programOf(workload, 2)).toEqual(['RUN 2', 'WAIT 0', 'RUN 1', 'ENTER_KERNEL', 'RUN 1', 'EXIT']);
  });

  it('takes the report of an exit off the end, where the simulator makes its own', () => {
    const recording = new Recording(1).task(1).to(0, 0, IDLE, R, 1).event(500, 0, 'exit', 1).to(2000, 0, 1, X, IDLE);
    const { workload } = extractWorkload(recording.contents(), { traceEventNs: 100, dequeueCostNs: 50 });
    // 100 before are the switch's own event.
    expect(programOf(workload, 1)).toEqual(['RUN 400', 'ENTER_KERNEL', 'RUN 1350', 'EXIT']);
  });

  it('lets an exec look for a CPU when it was recorded to, and not where it is reported', () => {
    const contents = new Recording(1).task(1).to(0, 0, IDLE, R, 1).event(90, 0, 'exec', 1).to(100, 0, 1, S, IDLE).contents();
    const wakeups = { rows: 1, columns: { ts: [20], cpu: [0], on: [0], pid: [1], wake_flags: [2], target: [0], has_idle_cores: [1], nr_idle_scan: [4] } };
    const told = extractWorkload({ ...contents, instrument: { wakeups } } as BundleContents).workload;
    expect(programOf(told, 1)).toEqual(['RUN 20', 'EXEC', 'RUN 80', 'EXIT']);
    expect(programOf(extractWorkload(contents).workload, 1)).toEqual(['RUN 90', 'EXEC', 'RUN 10', 'EXIT']);
  });

  it('takes the first balance of each domain from the recording, where it has any', () => {
    const contents = new Recording(1).task(1).to(1000, 0, IDLE, R, 1).to(9000, 0, 1, S, IDLE).contents();
    const balances = { rows: 2, columns: { ts: [1500, 2500], cpu: [0, 0], on: [0, 0], level: [2, 2], idle: [1, 0] } };
    const { workload } = extractWorkload({ ...contents, tables: { ...contents.tables, balances } });
    expect(workload.start?.firstBalances).toEqual([{ cpu: 0, level: 2, ns: 500, busy: true }]);
    expect(extractWorkload(contents).workload.start).toBeUndefined();
  });

  it('lets tasks that were told to stop in the midst of a long burst look for it', () => {
    const MS = 1_000_000;
    const recording = new Recording(3).task(1).to(0, 0, IDLE, R, 1).fork(MS, 0, 1, 2).fork(MS, 0, 1, 3);
    recording.to(2 * MS, 1, IDLE, R, 2).to(2 * MS, 2, IDLE, R, 3);
    for (const [pid, cpu] of [[2, 1], [3, 2]] as const) recording.event(30 * MS + pid, cpu, 'exit', pid).to(30 * MS + pid, cpu, pid, X, IDLE);
    recording.event(31 * MS, 0, 'exit', 1).to(31 * MS, 0, 1, X, IDLE);
    const { stats, workload } = extractWorkload(recording.contents());
    expect(stats.killed).toBe(2);
    const { code, a } = workload.program;
    const looks = [...code.keys()].filter((at) => code[at] === Op.JUMP_AFTER);
    // 28 ms and a few ns each, with a look after every whole one; both are told when the first of them exits.
    expect(looks.length).toBe(2 * 28);
    expect(new Set(looks.map((at) => a[at]))).toEqual(new Set([30 * MS + 2]));
  });

  it('lets a child that wakes its parent on its way out be gone before the parent runs', () => {
    const recording = new Recording(1).task(1).to(0, 0, IDLE, R, 1).fork(100_000, 0, 1, 2).to(110_000, 0, 1, S, 2);
    recording.event(9_000_000, 0, 'exit', 2).wake(9_005_000, 0, 1).to(9_010_000, 0, 2, X, 1);
    recording.event(9_050_000, 0, 'exit', 1).to(9_051_000, 0, 1, X, IDLE);
    const all = extractWorkload(recording.contents()).workload;
    const workload = { ...all, masks: [...all.masks, [0]], templates: all.templates.map((t) => ({ ...t, mask: all.masks.length })) };
    const { tables } = simulate({ profile: machine('flat4'), workload, policy: null, seed: 1, durationNs: 10 ** 9, record: true });
    const { columns, rows } = tables!.events;
    const order = Array.from({ length: rows }, (_, row) => row)
      .filter((row) => EVENT_KINDS[columns['kind']![row]!] === 'switch' && columns['a']![row] !== 0)
      .map((row) => [columns['a']![row], columns['b']![row] === 0 ? 'R' : 'out']);
    expect(order).toEqual([[1, 'out'], [2, 'out'], [1, 'out']]);
  });

  it('turns changes of priority, mask and group into operations of the task', () => {
    const recording = new Recording(4)
      .task(1, { prio: 125, allowed: 0, group: 0 })
      .to(0, 0, IDLE, R, 1)
      .event(10, 0, 'prio', 1, 139)
      .event(15, 0, 'allowed', 1, 1)
      .event(15, 0, 'allowed', 1, 2)
      .event(20, 0, 'group', 1, 7)
      .event(20, 0, 'group', 1, 8)
      .to(25, 0, 1, S, IDLE);
    recording.masks.push([0, 1, 2, 3], [3, 2], [2, 3, 9]);
    const spec = { name: 'b', weight: 400, quotaNs: 60_000_000, periodNs: 100_000_000, burstNs: 0, idle: false };
    const { workload, notes } = extract(recording, { groups: [{ ...spec, id: 8, parent: 0 }] });
    const moves = ['AFFINITY 1', 'AFFINITY 1', 'RUN 5', 'GROUP 2', 'GROUP 1'];
    expect(programOf(workload, 1)).toEqual(['RUN 10', 'NICE 19', 'RUN 5', ...moves, 'RUN 5', 'EXIT']);
    expect(workload.templates[0]).toMatchObject({ nice: 5, mask: 0, group: 0 });
    expect(workload.masks).toEqual([
      [0, 1, 2, 3],
      [2, 3],
    ]);
    expect(workload.groups.map((group) => [group.name, group.weight, group.quotaNs])).toEqual([
      ['/', 100, null],
      ['b', 400, 60_000_000],
      ['tg7', 100, null],
    ]);
    expect(notes.some((note) => note.startsWith('Task groups 7 are not described'))).toBe(true);
  });

  it('replays per-CPU kernel threads as noise and leaves the stoppers out', () => {
    const { workload, stats } = extract(
      new Recording(2)
        .task(1)
        .task(20, { comm: 'kworker/1:2' })
        .task(21, { comm: 'migration/0', prio: 0 })
        .task(22, { comm: 'kworker/u4:0', prio: 100 })
        .to(0, 0, IDLE, R, 1)
        .wake(5, 0, 20)
        .to(7, 1, IDLE, R, 20)
        .wake(8, 1, 22)
        .to(9, 1, 20, S, 22)
        .wake(10, 0, 21)
        .to(11, 0, 1, S, 21)
        .wake(13, 0, 1)
        .to(14, 0, 21, S, 1)
        .to(16, 0, 1, X, IDLE)
        .wake(20, 1, 20, IRQ)
        .to(21, 1, 22, S, 20)
        .to(22, 1, 20, S, IDLE),
    );
    expect(programOf(workload, 20)).toEqual(['SLEEP 5', 'RUN 1', 'POST 0 1', 'RUN 1', 'SLEEP 11', 'RUN 1', 'EXIT']);
    expect(programOf(workload, 22)).toEqual(['WAIT 0', 'RUN 12', 'EXIT']);
    expect(programOf(workload, 1)).toEqual(['RUN 13', 'EXIT']);
    expect(workload.templates.map((t) => [t.pid, t.nice, t.perCpuKthread ?? false, workload.masks[t.mask]])).toEqual([
      [1, 0, false, [0, 1]],
      [20, 0, true, [1]],
      [22, -20, false, [0, 1]],
    ]);
    expect(stats).toMatchObject({ noiseTasks: 1, noiseWakes: 2, wakesByStopper: 1, omittedNs: 3, cpuNs: 28, runNs: 28 });
  });

  it('runs real-time tasks at nice −20 and says so', () => {
    const { workload, stats } = extract(new Recording(1).task(1, { prio: 49 }).to(0, 0, IDLE, R, 1).to(9, 0, 1, S, IDLE));
    expect(workload.templates[0]!.nice).toBe(-20);
    expect(stats.realtimeTasks).toBe(1);
  });

  it('ends by exit for every task where none exited in the recording', () => {
    const { workload, stats } = extract(new Recording(1).task(1).to(0, 0, IDLE, R, 1).to(9, 0, 1, S, IDLE));
    expect(workload.templates[0]!.background).toBeUndefined();
    expect(stats.backgroundTasks).toBe(0);
  });

  it('gives a pid that is used again a task of its own', () => {
    const { workload } = extract(
      new Recording(1)
        .task(1)
        .to(0, 0, IDLE, R, 1)
        .fork(2, 0, 1, 5)
        .to(4, 0, 1, S, 5)
        .event(5, 0, 'exit', 5)
        .wake(6, 0, 1)
        .to(7, 0, 5, X, 1)
        .fork(9, 0, 1, 5)
        .to(10, 0, 1, S, 5)
        .event(14, 0, 'exit', 5)
        .to(15, 0, 5, X, IDLE),
    );
    expect(workload.templates.map((template) => template.pid)).toEqual([1, 5, undefined]);
    const entry = workload.templates.map((template) => template.entry);
    const program = ['RUN 2', `FORK ${entry[1]} 1`, 'RUN 2', 'WAIT 0', 'RUN 2', `FORK ${entry[2]} 2`, 'RUN 1', 'EXIT'];
    expect(programOf(workload, 1)).toEqual(program);
    expect(programFrom(workload, entry[2]!)).toEqual(['RUN 4', 'ENTER_KERNEL', 'RUN 1', 'EXIT']);
  });

  it('takes the policy of a task from the first decision about it', () => {
    const recording = new Recording(1).task(1).task(2).to(0, 0, IDLE, R, 1).to(9, 0, 1, S, 2).to(10, 0, 2, S, IDLE);
    const decisions = { rows: 3, columns: { pid: [2, 2, 1], policy: [5, 0, -1] } };
    const { workload } = extractWorkload(recording.contents({}, decisions));
    expect(workload.templates.map((template) => template.policy)).toEqual([0, 5]);
  });

  it('counts switches that contradict the one before and drops the time between', () => {
    const { workload, stats } = extract(
      new Recording(1).task(1).task(2).to(0, 0, IDLE, R, 1).to(50, 0, 2, S, 1).to(55, 0, 1, S, IDLE),
    );
    expect(stats).toMatchObject({ contradictions: 1, cpuNs: 5 });
    expect(programOf(workload, 1)).toEqual(['RUN 5', 'EXIT']);
  });

  describe('costs that the simulator charges itself', () => {
    const recording = new Recording(1)
      .task(1)
      .task(2)
      .to(0, 0, IDLE, R, 1)
      .wake(100, 0, 2)
      .to(130, 0, 1, S, 2)
      .to(135, 0, 2, S, IDLE)
      .event(140, 0, 'wakeup', 2, 0);

    it('come off the stint that they were spent in, after what they were spent on', () => {
      const { workload, stats } = extract(recording, { switchCostNs: 20, wakeupCostNs: 10 });
      expect(programOf(workload, 1)).toEqual(['RUN 80', 'POST 0 1', 'RUN 20', 'EXIT']);
      expect(programOf(workload, 2)).toEqual(['WAIT 0', 'RUN 1', 'EXIT']);
      expect(stats).toMatchObject({ cpuNs: 135, runNs: 101, subtractedNs: 34, unsubtractedNs: 15 });
    });

    it('are 0 where nothing else is said', () => {
      expect(extract(recording).stats).toMatchObject({ cpuNs: 135, runNs: 135, subtractedNs: 0, unsubtractedNs: 0 });
    });

    it('include the fork, which is over when it is told of', () => {
      const forking = (ts: number) =>
        new Recording(1).task(1).to(0, 0, IDLE, R, 1).fork(ts, 0, 1, 2).to(50, 0, 1, S, 2).to(60, 0, 2, X, IDLE);
      const { workload } = extract(forking(20), { forkCostNs: 15 });
      expect(programOf(workload, 1)).toEqual(['RUN 5', 'FORK 4 1', 'RUN 30', 'EXIT']);
      const short = extract(forking(10), { forkCostNs: 15 });
      expect(programOf(short.workload, 1)).toEqual(['FORK 3 1', 'RUN 40', 'EXIT']);
      expect(short.stats).toMatchObject({ subtractedNs: 10, unsubtractedNs: 5 });
    });
  });

  describe('a recording without marks of interrupts', () => {
    it('may say so with −1', () => {
      const { workload, stats } = extract(
        new Recording(2).task(1).task(2).to(0, 0, IDLE, R, 1).wake(10, 0, 2, -1).to(11, 1, IDLE, R, 2).to(12, 1, 2, S, IDLE),
      );
      expect(programOf(workload, 2)).toEqual(['WAIT 0', 'RUN 1', 'EXIT']);
      expect(stats.syncWakes).toBe(0);
    });

    it('takes tasks for timer sleepers that get half of their wake-ups from the idle task', () => {
      const { workload, notes } = extract(
        new Recording(2)
          .task(1)
          .task(2)
          .to(0, 0, IDLE, R, 1)
          .wake(10, 0, 2)
          .to(11, 1, IDLE, R, 2)
          .to(12, 1, 2, S, IDLE)
          .wake(30, 1, 2)
          .to(31, 1, IDLE, R, 2)
          .to(32, 1, 2, S, IDLE),
      );
      expect(programOf(workload, 2)).toEqual(['SLEEP 10', 'RUN 1', 'SLEEP 18', 'RUN 1', 'EXIT']);
      expect(programOf(workload, 1)).toEqual(['RUN 32', 'EXIT']);
      expect(notes.some((note) => note.includes('on idle CPUs'))).toBe(true);
    });
  });

  describe('refuses', () => {
    const refusal = (recording: Recording, options: ReplayOptions = {}): InputError => {
      try {
        extractWorkload(recording.contents(), options);
      } catch (error) {
        if (error instanceof InputError) return error;
        throw error;
      }
      throw new Error('it was taken');
    };

    it('a recording without switches', () => {
      const error = refusal(new Recording(1).task(1).event(0, 0, 'fork', 1, 2).event(1, 0, 'exit', 2));
      expect([error.file, error.expected, error.message]).toEqual([
        'made-up',
        'a capture with sched_switch events',
        'made-up: expected a capture with sched_switch events, found none among 2 events',
      ]);
    });

    it('an empty one', () => {
      expect(refusal(new Recording(1)).message).toContain('none among 0 events');
    });

    it('time stamps that go backwards', () => {
      expect(refusal(new Recording(1).task(1).to(5, 0, IDLE, R, 1).to(4, 0, 1, S, IDLE)).place).toBe('events row 1');
    });

    it('a CPU that the machine lacks', () => {
      expect(refusal(new Recording(2).task(1).to(5, 2, IDLE, R, 1)).expected).toBe('a CPU in 0…1');
    });

    it('groups whose parent is unknown or whose id is taken', () => {
      const spec = { name: 'x', weight: 100, quotaNs: null, periodNs: 100_000_000, burstNs: 0, idle: false };
      const recording = new Recording(1).task(1).to(0, 0, IDLE, R, 1);
      expect(refusal(recording, { groups: [{ ...spec, id: 2, parent: 3 }] }).place).toBe('groups[0].parent');
      expect(refusal(recording, { groups: [{ ...spec, id: 0, parent: 0 }] }).place).toBe('groups[0].id');
    });
  });
});

describe('recorded draws', () => {
  it('are handed on by CPU, in order', () => {
    const { workload } = extract(
      new Recording(2)
        .task(1)
        .to(0, 0, IDLE, R, 1)
        .event(3, 1, 'draw', -1, 700, 0)
        .event(5, 0, 'draw', -1, 12, 0)
        .event(5, 0, 'draw', -1, 1023, 1)
        .to(9, 0, 1, S, IDLE),
    );
    expect(workload.recordedDraws!.map((draws) => [...draws])).toEqual([[12, 1023], [700]]);
  });
});
