import { describe, expect, it } from 'vitest';
import { readRtApp } from '../../../src/workloads/rtapp/index.js';
import { parse, refusal, tasks } from './support.js';

const meeting = { ref: 'c', mutex: 'm' };

describe('rt-app: refusals name what is wrong, and where', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{}, 'tasks: expected at least one task, found none'],
    [{ a: {} }, 'tasks.a: expected at least one event, found none'],
    [{ a: 5 }, 'tasks.a: expected an object, found 5'],
    [{ '': { run: 1 } }, 'tasks.: expected a task with a name, found an empty one'],
    [{ a: { phases: {} } }, 'tasks.a.phases: expected at least one phase, found none'],
    [{ a: { phases: { p: {} } } }, 'tasks.a.phases.p: expected at least one event, found none'],
    [{ a: { phases: { p: { loop: 2 } } } }, 'tasks.a.phases.p: expected at least one event, found none'],
    [{ a: { phases: { p: { run: 1 } }, q: { run: 1 } } }, 'tasks.a.q: expected no phase outside "phases", found q'],
    [{ a: { run: 1, phases: { p: { run: 1 } } } }, 'tasks.a.run: expected no event beside phases, found one'],
    [{ a: { run: 1, exec: 3 } }, 'tasks.a.exec: expected an event, a phase or a property of a task, found exec'],
    [{ a: { p: { run: 1, delay: 3 } } }, 'tasks.a.p.delay: expected an event or a property of a phase, found delay'],
    [{ a: { instance: -1, run: 1 } }, 'tasks.a.instance: expected a whole number within 0…4096, found -1'],
    [{ a: { instance: 0, run: 1 } }, 'tasks: expected 1…4096 threads ("instance") in all, found 0'],
    [{ a: { instance: 4000, run: 1 }, b: { instance: 4000, run: 1 } }, 'found 8000'],
    [{ a: { loop: 0, run: 1 } }, 'tasks.a.loop: expected a number of rounds of 1 or more, or −1 for no end, found 0'],
    [{ a: { loop: 1.5, run: 1 } }, 'found 1.5'],
    [{ a: { run: '1' } }, 'tasks.a.run: expected a time in µs within 0…2147483647, found "1"'],
    [{ a: { run: -1 } }, 'tasks.a.run'],
    [{ a: { sleep: 2 ** 31 } }, 'tasks.a.sleep'],
    [
      { a: { hog: { phases: { p1: { mem: 5 } } } } },
      'tasks.a.hog.phases: expected an event or a property of a phase, found phases',
    ],
    [
      { hog: { phases: { p1: { mem: 5 } } } },
      'tasks.hog.phases.p1.mem: expected no memory event: what it costs is not known to the simulator ' +
        '(write it as "run"), found mem',
    ],
    [
      { a: { iorun: 5 } },
      'tasks.a.iorun: expected no I/O event: devices are not simulated (write it as "run" and "sleep"), found iorun',
    ],
    [
      { a: { policy: 'SCHED_FIFO', run: 1 } },
      'tasks.a.policy: expected SCHED_OTHER, SCHED_BATCH, SCHED_IDLE ' +
        '(real-time and deadline tasks are not simulated), found "SCHED_FIFO"',
    ],
    [{ a: { policy: 'SCHED_DEADLINE', run: 1 } }, 'found "SCHED_DEADLINE"'],
    [{ a: { policy: 'toString', run: 1 } }, 'found "toString"'],
    [{ a: { priority: 20, run: 1 } }, 'tasks.a.priority: expected a nice value within -20…19, found 20'],
    [{ a: { priority: 1, nice: 1, run: 1 } }, 'tasks.a.nice: expected one of "priority" and "nice", found both'],
    [{ a: { cpus: [8], run: 1 } }, 'tasks.a.cpus[0]: expected a CPU within 0…7, found 8'],
    [{ a: { cpus: [], run: 1 } }, 'tasks.a.cpus: expected at least one CPU, found none'],
    [{ a: { cpus: 1, run: 1 } }, 'tasks.a.cpus: expected an array, found 1'],
    [{ a: { util_min: 5, run: 1 } }, 'tasks.a.util_min: expected no utilization clamp: it is not simulated, found util_min'],
    [{ a: { 'dl-runtime': 5, run: 1 } }, 'tasks.a.dl-runtime'],
    [{ a: { nodes_membind: [0], run: 1 } }, 'tasks.a.nodes_membind'],
    [{ a: { taskgroup: 'x', run: 1 } }, 'tasks.a.taskgroup: expected a path that begins with /, found "x"'],
    [{ a: { taskgroup: '/a/b/c/d/e/f/g/h/i', run: 1 } }, 'tasks.a.taskgroup: expected a group of at most 8 levels'],
    [{ a: { timer: 5 } }, 'tasks.a.timer: expected an object, found 5'],
    [{ a: { timer: { ref: 'x' } } }, 'tasks.a.timer: expected a timer with a "period" in µs, found none'],
    [{ a: { timer: { ref: 'x', period: 0 } } }, 'tasks.a.timer.period: expected a time in µs within 1…2147483647, found 0'],
    [
      { a: { timer: { period: 1, mode: 'strict' } } },
      'tasks.a.timer.mode: expected "relative" or "absolute", found "strict"',
    ],
    [{ a: { timer: { period: 1, phase: 2 } } }, 'tasks.a.timer.phase: expected "ref", "period" or "mode", found phase'],
    [
      { a: { timer1: { ref: 'x', period: 1 }, timer2: { ref: 'y', period: 1 }, timer3: { ref: 'z', period: 1 } } },
      'tasks.a.timer3: expected at most 2 different timers in a task, found z',
    ],
    [
      { a: { instance: 2, timer1: { ref: 'x', period: 1 }, timer2: { ref: 'x', period: 1 } } },
      'tasks.a.timer2: expected one use for each task of a timer that several threads share (or a "unique" one), found x',
    ],
    [
      { a: { run: 1, fork: 'b' }, b: { timer: { ref: 'x', period: 1 } } },
      'tasks.b.timer: expected a "unique" timer in a task that is forked, found x',
    ],
    [{ a: { run: 1, fork: 'b' } }, 'tasks.a.fork: expected the name of a task of this file, found b'],
    [
      { a: { run: 1, fork: 'b' }, b: { run: 1, barrier: 'x' } },
      'tasks.b.barrier: expected no barrier in a task that is forked',
    ],
    [
      { a: { run: 1, barrier: 'x', barrier2: 'x' } },
      'tasks.a.barrier2: expected a barrier of another name at each place of a task, found x',
    ],
    [{ a: { lock: 5 } }, 'tasks.a.lock: expected a string, found 5'],
    [{ a: { lock: '' } }, 'tasks.a.lock: expected a name, found an empty string'],
    [{ a: { wait: meeting, run: 1 } }, 'tasks.a.wait: expected "lock" of m before the wait, found none'],
    [{ a: { lock: 'm', wait: { ref: 'c' } } }, 'tasks.a.wait: expected a "mutex" to give back while waiting, found none'],
    [{ a: { lock: 'm', wait: { mutex: 'm' } } }, 'tasks.a.wait: expected a "ref" to wait for, found none'],
    [{ a: { lock: 'm', wait: { ...meeting, x: 1 } } }, 'tasks.a.wait.x: expected "ref" or "mutex", found x'],
    [{ a: { loop: 1, unlock: 'm' } }, 'tasks.a.unlock: expected a mutex that the task holds, found m'],
    [{ a: { loop: 1, lock: 'm', lock2: 'm' } }, 'tasks.a.lock2: expected a mutex that the task does not hold, found m'],
    [{ a: { loop: 1, lock: 'm', run: 1 } }, 'tasks.a: expected every mutex given back at the end of the task, found m held'],
    [
      { a: { lock: 'm', run: 1 } },
      'tasks.a: expected the same mutexes held at both ends of a phase that is repeated, found m held',
    ],
    [{ a: { yield: {} } }, 'tasks.a.yield: expected a string (it may be empty), found an object'],
    [{ a: { yield: '' } }, 'tasks: expected tasks that run, sleep or wait, found the loop at operation'],
    [{ a: { run: 0 } }, 'expected tasks that run, sleep or wait'],
  ];
  it.each(cases)('%j', (object, message) => {
    expect(refusal(() => tasks(object))).toContain(`file.json: ${message}`.replace(/^file\.json: (found|expected)/, '$1'));
  });

  it('in the whole and in "global"', () => {
    expect(refusal(() => parse('[]'))).toBe('file.json: expected an object, found an array');
    expect(refusal(() => parse('{}'))).toBe('file.json: expected an object "tasks", found none');
    expect(refusal(() => parse('{"tasks": {"a": {"run": 1}}, "more": 1}'))).toBe(
      'file.json: more: expected "tasks", "global" or "resources", found more',
    );
    const global = (value: unknown): string => refusal(() => tasks({ a: { run: 1 } }, value));
    expect(global(5)).toBe('file.json: global: expected an object, found 5');
    expect(global({ duration: '5' })).toContain('global.duration: expected a duration in seconds');
    expect(global({ duration: 2e6 })).toContain('global.duration');
    expect(global({ default_policy: 'SCHED_RR' })).toContain(
      'global.default_policy: expected SCHED_OTHER, SCHED_BATCH, SCHED_IDLE',
    );
    expect(global({ unknown: 1 })).toContain('global.unknown: expected one of duration, default_policy, calibration');
  });

  it('for duplicate keys, as rt-app files may have before workgen', () => {
    expect(refusal(() => parse('{"tasks": {"a": {"run": 1, "sleep": 2, "run": 3}}}'))).toContain('tasks.a.run (line 1');
  });

  it('for files that are not there', () => {
    expect(refusal(() => readRtApp('/nowhere/file.json', 4))).toContain('/nowhere/file.json');
  });

  it('for more operations than are allowed', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`run${i}`, i]));
    expect(refusal(() => tasks({ a: { instance: 4096, ...many, timer: { ref: 't', period: 5 } } }))).toContain(
      'at most 1000000 operations',
    );
  });
});
