import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { simulate } from '../../../../src/sim/simulation.js';
import { extractWorkload } from '../../../../src/workloads/replay/extract.js';
import { machine } from '../../../support/scenarios.js';
import { IRQ, Recording, R, S, X } from '../support/recording.js';

const MS = 1_000_000;

/**
 * Two spinners on one CPU, of which the one has waited longer, and a third one alone; all end at 200 ms, but the first, which
 * has `restNs` to run then.
 */
function spinners(restNs = 0): Recording {
  const recording = new Recording(2);
  recording.task(1, { comm: 'sh' });
  for (const pid of [2, 3, 4]) recording.task(pid, { comm: 'spin', parent: 1, preexisting: false });
  return recording
    .to(0, 0, 0, R, 1)
    .event(1000, 0, 'fork', 1, 2)
    .event(1000, 0, 'fork', 1, 3)
    .event(1000, 0, 'fork', 1, 4)
    .to(2000, 0, 1, S, 2)
    .to(2000, 1, 0, R, 3)
    .to(60 * MS, 0, 2, R, 4)
    .event(200 * MS, 0, 'exit', 4)
    .to(200 * MS, 0, 4, X, 2)
    .event(200 * MS + 5000, 1, 'exit', 3)
    .to(200 * MS + 5000, 1, 3, X, 0)
    .event(200 * MS + 9000 + restNs, 0, 'exit', 2)
    .to(200 * MS + 9000 + restNs, 0, 2, X, 0)
    .to(200 * MS + 9000 + restNs, 1, 0, R, 0);
}

/** A parent that sleeps, and kills two children that sleep and run in turn; or one of them wakes it, or a thread that the first has. */
function pool(woken: boolean, thread = false): Recording {
  const recording = new Recording(2);
  recording.task(1, { comm: 'pool' });
  for (const pid of [2, 3]) recording.task(pid, { comm: 'worker', parent: 1, preexisting: false });
  if (thread) recording.task(4, { comm: 'worker', parent: 2, preexisting: false });
  recording.to(0, 0, 0, R, 1).event(1000, 0, 'fork', 1, 2).event(1000, 0, 'fork', 1, 3).to(2000, 0, 1, S, 2);
  recording.to(2000, 1, 0, R, 3);
  if (thread) recording.event(3000, 0, 'fork', 2, 4);
  for (let ms = 1; ms < 20; ms += 2) {
    recording.to(ms * MS, 0, 2, S, 0).to(ms * MS, 1, 3, S, 0);
    recording.wake((ms + 1) * MS, 0, 2, IRQ).wake((ms + 1) * MS, 1, 3, IRQ);
    recording.to((ms + 1) * MS, 0, 0, R, 2).to((ms + 1) * MS, 1, 0, R, 3);
  }
  const end = 21 * MS;
  recording.event(end, 1, 'exit', 3);
  if (thread) recording.to(end, 1, 3, X, 4).wake(end, 1, 1).event(end, 1, 'exit', 4);
  else if (woken) recording.wake(end, 1, 1);
  else recording.wake(end, 1, 1, IRQ);
  return recording
    .to(end, 1, thread ? 4 : 3, X, 1)
    .event(end + 1000, 1, 'exit', 1)
    .to(end + 1000, 1, 1, X, 0)
    .event(end + 3000, 0, 'exit', 2)
    .to(end + 3000, 0, 2, X, 0);
}

const opcodes = (recording: Recording): number[] => [...extractWorkload(recording.contents()).workload.program.code];

describe('tasks that run until a deadline', () => {
  it('are those of one name whose lives are more alike than their CPU times', () => {
    const { workload, stats } = extractWorkload(spinners().contents());
    expect(stats.deadlines).toBe(3);
    const { code, a } = workload.program;
    const until = [...code.keys()].filter((pc) => code[pc] === Op.RUN_UNTIL).map((pc) => a[pc]!);
    expect(until).toEqual([200 * MS, 200 * MS, 200 * MS]);
  });

  it('have still to do afterwards what they did after it', () => {
    const { workload } = extractWorkload(spinners(7 * MS).contents());
    const { code, a } = workload.program;
    const entry = workload.templates.find(({ pid }) => pid === 2)!.entry;
    expect([...code.subarray(entry, entry + 4)]).toEqual([Op.RUN, Op.RUN_UNTIL, Op.RUN, Op.ENTER_KERNEL]);
    expect([...a.subarray(entry, entry + 3)]).toEqual([0, 200 * MS, 7 * MS + 9000]);
    const result = simulate({ profile: machine('flat4'), workload, policy: null, seed: 1, durationNs: 10 ** 9 });
    expect(Math.abs(result.simulatedNs - 207 * MS)).toBeLessThan(MS / 2);
  });

  it('are not those that do the same work and end when it is done', () => {
    const recording = new Recording(2);
    recording.task(1, { comm: 'sh' });
    for (const pid of [2, 3, 4]) recording.task(pid, { comm: 'spin', parent: 1, preexisting: false });
    recording.to(0, 0, 0, R, 1);
    for (const pid of [2, 3, 4]) recording.event(1000, 0, 'fork', 1, pid);
    recording.to(2000, 0, 1, S, 2).to(2000, 1, 0, R, 3);
    recording.event(100 * MS, 1, 'exit', 3).to(100 * MS, 1, 3, X, 0);
    recording.event(100 * MS, 0, 'exit', 2).to(100 * MS, 0, 2, X, 4);
    recording.event(200 * MS, 0, 'exit', 4).to(200 * MS, 0, 4, X, 0);
    const { stats, workload } = extractWorkload(recording.contents());
    expect(stats.deadlines).toBe(0);
    expect([...workload.program.code]).not.toContain(Op.RUN_UNTIL);
  });

  it('end about then on any machine', () => {
    const { workload } = extractWorkload(spinners().contents());
    const result = simulate({ profile: machine('flat4'), workload, policy: null, seed: 1, durationNs: 10 ** 9 });
    expect(result.finished).toBe(true);
    expect(Math.abs(result.simulatedNs - 200 * MS)).toBeLessThan(5 * MS);
  });
});

describe('tasks that end with their parent', () => {
  it('are those that exit with a parent which did not wait for them', () => {
    const { workload, stats } = extractWorkload(pool(false).contents());
    expect(stats.killed).toBe(2);
    expect([...workload.program.code]).toContain(Op.EXIT_GROUP);
    const background = workload.templates.filter((template) => template.background === true);
    expect(background.map(({ comm }) => comm)).toEqual(['worker', 'worker']);
    const result = simulate({ profile: machine('flat4'), workload, policy: null, seed: 1, durationNs: 10 ** 9 });
    expect(result.finished).toBe(true);
    expect(Math.abs(result.simulatedNs - 21 * MS)).toBeLessThan(MS);
  });

  it('are not those that wake a parent which waits for them', () => {
    expect(extractWorkload(pool(true).contents()).stats.killed).toBe(0);
    expect(opcodes(pool(true))).not.toContain(Op.EXIT_GROUP);
  });

  it('are not those of which a thread wakes that parent', () => {
    expect(extractWorkload(pool(true, true).contents()).stats.killed).toBe(0);
  });
});
