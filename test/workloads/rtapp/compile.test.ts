import { describe, expect, it } from 'vitest';
import { parse, programOf, tasks } from './support.js';

describe('rt-app: threads and loops', () => {
  it('starts every thread from a main one, and lets them meet', () => {
    const read = tasks({ a: { instance: 3, run: 10, sleep: 20 }, b: { loop: 2, run: 5 } });
    const at = (comm: string): number => read.workload.templates.find((template) => template.comm === comm)!.entry;
    expect(programOf(read, 'rt-app')).toEqual([
      'LOOP_SET 0 3',
      'RUN 32000 0',
      `FORK ${at('a')} 0`,
      `LOOP_NEXT 0 ${at('rt-app') + 1}`,
      'RUN 32000 0',
      `FORK ${at('b')} 1`,
      'JOIN 0 0',
      'EXIT 0 0',
    ]);
    expect(programOf(read, 'a')).toEqual(['BARRIER 0 0', 'RUN 10000 0', 'SLEEP 20000 0', 'MARK 1 0', 'JUMP 1 0']);
    expect(programOf(read, 'b')).toEqual([
      'BARRIER 0 0', 'LOOP_SET 0 2', 'RUN 5000 0', 'MARK 1 0', `LOOP_NEXT 0 ${at('b') + 2}`, 'EXIT 0 0',
    ]);
    expect(read.workload).toMatchObject({ barriers: [4], maxTasks: 5, ends: 'duration', unit: 'passes' });
  });

  it('ends when its tasks do', () => {
    expect(tasks({ a: { loop: 2, run: 10 } }).workload.ends).toBe('exit');
    expect(tasks({ a: { loop: -1, run: 10 } }).workload.ends).toBe('duration');
    expect(tasks({ a: { run: 10 } }).workload.ends).toBe('duration');
    expect(tasks({ a: { loop: 2, phases: { p: { loop: -1, run: 1 } } } }).workload.ends).toBe('duration');
  });

  it('goes through phases in order, each with its own loop', () => {
    const read = tasks({ a: { loop: 2, phases: { z: { run: 1 }, a: { loop: 3, run1: 2, sleep2: 3 } } } });
    expect(programOf(read, 'a')).toEqual([
      'LOOP_SET 0 2',
      'RUN 1000 0',
      'MARK 1 0',
      'LOOP_SET 1 3',
      'RUN 2000 0',
      'SLEEP 3000 0',
      'MARK 1 0',
      'LOOP_NEXT 1 4',
      'LOOP_NEXT 0 1',
      'EXIT 0 0',
    ]);
  });

  it('takes phases without "phases", and integer keys in their order', () => {
    const read = tasks({ a: { p1: { loop: 1, run: 1 }, p2: { sleep: 2 } } });
    expect(programOf(read, 'a')).toEqual(['RUN 1000 0', 'MARK 1 0', 'SLEEP 2000 0', 'MARK 1 0', 'JUMP 0 0']);
    const numbered = parse('{"tasks": {"a": {"phases": {"2": {"run": 2}, "1": {"run": 1}}}}}');
    expect(programOf(numbered, 'a').slice(0, 3)).toEqual(['RUN 2000 0', 'MARK 1 0', 'RUN 1000 0']);
  });

  it('takes the duration and says what it ignores', () => {
    const read = tasks({ a: { runtime: 1 } }, { duration: 3, calibration: 'CPU0', logdir: '/x', pi_enabled: true });
    expect(read.durationNs).toBe(3_000_000_000);
    expect(read.notes).toEqual([
      'global.calibration: ignored, 1 µs of "run" is 1 µs on a CPU of full capacity',
      'global.logdir: ignored',
      'global.pi_enabled: ignored, priority inheritance is not simulated',
      'runtime: taken as run; time in which the task is not on a CPU does not count',
    ]);
    expect(tasks({ a: { run: 1 } }, { duration: -1 }).durationNs).toBeNull();
    expect(tasks({ a: { run: 1 } }).durationNs).toBeNull();
    expect(parse('{"tasks": {"a": {"run": 1}}, "resources": {}}').notes).toEqual([
      'resources: not needed, rt-app finds them in the tasks itself',
    ]);
  });

  it('waits out a delay', () => {
    expect(programOf(tasks({ a: { delay: 7, run: 1 } }), 'a')[0]).toBe('SLEEP 7000 0');
  });
});

describe('rt-app: settings', () => {
  it('sets policy, nice value, group and CPUs of a task', () => {
    const read = tasks({ a: { policy: 'SCHED_BATCH', priority: 5, cpus: [3, 1], taskgroup: '/x/y/', run: 1 } });
    expect(programOf(read, 'a').slice(0, 4)).toEqual(['POLICY 3 0', 'NICE 5 0', 'GROUP 2 0', 'AFFINITY 1 0']);
    expect(read.workload.masks[1]).toEqual([1, 3]);
    expect(read.workload.groups.map(({ name, parent }) => [name, parent])).toEqual([['/', 0], ['/x', 0], ['/x/y', 1]]);
    expect(programOf(tasks({ a: { nice: -3, taskgroup: '', run: 1 } }), 'a')[0]).toBe('NICE -3 0');
    expect(programOf(tasks({ a: { run: 1 } }, { default_policy: 'SCHED_IDLE' }), 'a')[0]).toBe('POLICY 5 0');
  });

  it('sets them at the beginning of phases, where rt-app would', () => {
    const read = tasks({
      a: {
        cpus: [4, 5],
        loop: 1,
        phases: {
          one: { cpus: [0, 1], run: 1 },
          two: { run: 2, priority: 4 },
          three: { cpus: [0, 1], run: 3, policy: 'SCHED_IDLE' },
          four: { run: 4, policy: 'SCHED_OTHER', taskgroup: '/g' },
        },
      },
    });
    expect(programOf(read, 'a').filter((line) => !line.startsWith('MARK'))).toEqual([
      'AFFINITY 1 0',
      'RUN 1000 0',
      'AFFINITY 2 0',
      'NICE 4 0',
      'RUN 2000 0',
      'AFFINITY 1 0',
      'POLICY 5 0',
      'RUN 3000 0',
      'AFFINITY 2 0',
      'POLICY 0 0',
      'NICE 0 0',
      'GROUP 1 0',
      'RUN 4000 0',
      'EXIT 0 0',
    ]);
    expect(read.workload.masks.slice(1)).toEqual([[0, 1], [4, 5]]);
  });
});

describe('rt-app: events', () => {
  it('takes them in order, numbered or not', () => {
    const read = tasks({ a: { run1: 1, sleep1: 2, run2: 3, runB: 4, yield: '', sleep: 0, run: 0 } });
    expect(programOf(read, 'a')).toEqual([
      'RUN 1000 0', 'SLEEP 2000 0', 'RUN 3000 0', 'RUN 4000 0', 'YIELD 0 0', 'MARK 1 0', 'JUMP 0 0',
    ]);
  });

  it('waits and signals with mutexes by name', () => {
    const read = tasks({
      a: { lock: 'm', wait: { ref: 'c', mutex: 'm' }, unlock: 'm', run: 1 },
      b: { lock: 'm', signal: 'c', unlock: 'm', run: 1, broad: 'c', lock2: 'other', unlock2: 'other' },
    });
    expect(programOf(read, 'a').slice(1, 5)).toEqual(['LOCK 0 0', 'COND_WAIT 0 0', 'LOCK 0 0', 'UNLOCK 0 0']);
    expect(programOf(read, 'b').slice(1, 8)).toEqual([
      'LOCK 0 0', 'SIGNAL 0 0', 'UNLOCK 0 0', 'RUN 1000 0', 'BROADCAST 0 0', 'LOCK 1 0', 'UNLOCK 1 0',
    ]);
    expect(read.workload).toMatchObject({ mutexes: 2, conditions: 1 });
  });

  it('does sync with the mutex held, or takes it itself', () => {
    const held = tasks({ a: { lock: 'm', sync: { ref: 'c', mutex: 'm' }, unlock: 'm' } });
    expect(programOf(held, 'a').slice(0, 5)).toEqual(['LOCK 0 0', 'SIGNAL 0 0', 'COND_WAIT 0 0', 'LOCK 0 0', 'UNLOCK 0 0']);
    const alone = tasks({ a: { sync: { ref: 'c', mutex: 'm' } } });
    expect(programOf(alone, 'a').slice(0, 5)).toEqual(programOf(held, 'a').slice(0, 5));
  });

  it('suspends under a name, or its own, and resumes all of that name', () => {
    const read = tasks({ a: { suspend: '', run: 1 }, b: { suspend: 'a', run: 1 }, c: { resume: 'a', run: 1 } });
    expect(programOf(read, 'a')[1]).toBe('COND_WAIT 0 -1');
    expect(programOf(read, 'b')[1]).toBe('COND_WAIT 0 -1');
    expect(programOf(read, 'c')[1]).toBe('BROADCAST 0 0');
  });

  it('counts the users of a barrier', () => {
    const read = tasks({ a: { instance: 3, run: 1, barrier: 'x' }, b: { run: 1, barrier1: 'x', barrier2: 'y' } });
    expect(read.workload.barriers).toEqual([4, 4, 1]);
    expect(programOf(read, 'b').slice(2, 4)).toEqual(['BARRIER 1 0', 'BARRIER 2 0']);
  });

  it('forks a task by name, which need not have threads of its own', () => {
    const read = tasks({ a: { loop: 5, run: 1, fork: 'b' }, b: { instance: 0, loop: 1, run: 2 } });
    const child = read.workload.templates.findIndex((template) => template.comm === 'b');
    expect(programOf(read, 'a')[2]).toBe(`FORK ${read.workload.templates[child]!.entry} ${child}`);
    expect(programOf(read, 'b')).toEqual(['RUN 2000 0', 'MARK 1 0', 'EXIT 0 0']);
    expect(read.workload.maxTasks).toBe(1 + 1 + 5);
    expect(tasks({ a: { run: 1, fork: 'b' }, b: { instance: 0, loop: 1, run: 2 } }).workload.maxTasks).toBe(1 + 1 + 1024);
    expect(tasks({ a: { loop: 1, run: 1, fork: 'a' } }).workload.maxTasks).toBe(1 + 1 + 1024);
    const chain = tasks({
      a: { loop: 2, run: 1, fork: 'b' },
      b: { instance: 0, loop: 3, fork: 'c', run: 1 },
      c: { loop: 1, run: 1 },
    });
    expect(chain.workload.maxTasks).toBe(1 + 2 + 2 + 6);
  });
});

describe('rt-app: timers', () => {
  it('counts from the start of the thread, in the mode that is asked for', () => {
    const read = tasks({
      a: {
        ...{ delay: 5, run: 1, timer: { ref: 'unique', period: 10 } },
        timer2: { ref: 'uniqueB', period: 20, mode: 'absolute' },
      },
    });
    expect(programOf(read, 'a').slice(0, 6)).toEqual([
      'SLEEP 5000 0', 'TIMER 0 1', 'TIMER 0 3', 'RUN 1000 0', 'TIMER 10000 0', 'TIMER 20000 3',
    ]);
  });

  it('gives one thread a timer that is not unique just as well, and takes its mode from any use', () => {
    const read = tasks({
      a: { loop: 1, run: 1, timer1: { ref: 't', period: 10 }, run2: 1, timer2: { ref: 't', period: 20, mode: 'absolute' } },
    });
    expect(programOf(read, 'a').filter((line) => line.startsWith('TIMER'))).toEqual([
      'TIMER 0 1', 'TIMER 10000 1', 'TIMER 20000 1',
    ]);
    expect(read.notes).toEqual([]);
  });

  it('lets threads that share a timer take turns', () => {
    const read = tasks({
      a: { instance: 2, run: 1, timer: { ref: 't', period: 10, mode: 'absolute' } },
      b: { run: 1, timer: { ref: 't', period: 5 } },
    });
    const timers = (comm: string, nth: number): string[] => {
      return programOf(read, comm, nth).filter((line) => line.startsWith('TIMER'));
    };
    expect(timers('a', 0)).toEqual(['TIMER 0 1', 'TIMER 10000 1', 'TIMER 25000 1']);
    expect(timers('a', 1)).toEqual(['TIMER 0 1', 'TIMER 20000 1', 'TIMER 25000 1']);
    expect(timers('b', 0)).toEqual(['TIMER 0 1', 'TIMER 25000 1', 'TIMER 25000 1']);
    expect(read.notes).toEqual([
      'timer t: shared by 3 threads, each of them comes back every 25 µs, ' +
        'as with rt-app (a "unique" timer would be its own)',
    ]);
  });

  it('has only the very first use of a shared timer count from the start', () => {
    const read = tasks({
      a: { instance: 2, loop: 3, phases: { p: { run: 9 }, q: { loop: 4, run: 1, timer: { ref: 't', period: 10 } } } },
    });
    expect(programOf(read, 'a', 0)).toEqual([
      'BARRIER 0 0',
      'TIMER 0 1',
      'RUN 9000 0',
      'MARK 1 0',
      'RUN 1000 0',
      'TIMER 10000 0',
      'MARK 1 0',
      'LOOP_SET 0 3',
      'RUN 1000 0',
      'TIMER 20000 0',
      'MARK 1 0',
      'LOOP_NEXT 0 8',
      'LOOP_SET 0 2',
      'RUN 9000 0',
      'MARK 1 0',
      'LOOP_SET 1 4',
      'RUN 1000 0',
      'TIMER 20000 0',
      'MARK 1 0',
      'LOOP_NEXT 1 16',
      'LOOP_NEXT 0 13',
      'EXIT 0 0',
    ]);
  });
});
