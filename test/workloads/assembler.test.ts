import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../src/workloads/assembler.js';
import { listing, Op, single } from './support/workloads.js';

describe('ProgramBuilder', () => {
  it('fills in labels before and after their place', () => {
    const program = new ProgramBuilder();
    const later = program.label();
    program.routine(() => {
      program.run(5);
      program.fork(later, -1);
      program.forever(() => program.sleep(1));
    });
    program.routine(() => program.run(7), later);
    const { code, a } = program.build();
    expect([...code]).toEqual([Op.RUN, Op.FORK, Op.SLEEP, Op.JUMP, Op.RUN, Op.EXIT]);
    expect([...a]).toEqual([5, 4, 1, 2, 7, 0]);
  });

  it('gives nested loops registers of their own and takes them back', () => {
    const workload = single((program) => {
      program.loop(3, () => {
        program.loop(2, () => program.run(1));
        program.loop(4, () => program.run(2));
      });
      program.loop(5, () => program.run(3));
    });
    expect(listing(workload)).toEqual([
      'LOOP_SET 0 3',
      'LOOP_SET 1 2',
      'RUN 1 0',
      'LOOP_NEXT 1 2',
      'LOOP_SET 1 4',
      'RUN 2 0',
      'LOOP_NEXT 1 5',
      'LOOP_NEXT 0 1',
      'LOOP_SET 0 5',
      'RUN 3 0',
      'LOOP_NEXT 0 9',
      'EXIT 0 0',
    ]);
  });

  it('writes no loop around what is done once or never', () => {
    const workload = single((program) => {
      program.loop(0, () => program.run(1));
      program.loop(1, () => program.run(2));
      program.run(0);
    });
    expect(listing(workload)).toEqual(['RUN 2 0', 'EXIT 0 0']);
  });

  it('refuses a fifth level of loops and odd counts', () => {
    const deep = (program: ProgramBuilder, levels: number): void => {
      if (levels > 0) program.loop(2, () => deep(program, levels - 1));
      else program.run(1);
    };
    expect(() => single((program) => deep(program, 4))).not.toThrow();
    expect(() => single((program) => deep(program, 5))).toThrow('nest deeper than the 4 registers');
    for (const times of [-1, 1.5, NaN, Infinity]) {
      expect(() => single((program) => program.loop(times, () => program.run(1)))).toThrow('cannot run');
    }
  });

  it('refuses labels that are nowhere, twice, or of another program', () => {
    const program = new ProgramBuilder();
    const label = program.label();
    program.jump(label);
    expect(() => program.build()).toThrow('operation 0 goes to label 0, which is nowhere');
    program.place(label);
    expect(() => program.place(label)).toThrow('placed twice');
    expect(() => new ProgramBuilder().place(label)).toThrow('another program');
    expect(() => program.routine(() => program.routine(() => program.run(1)))).toThrow('inside another');
    expect(() => program.timer(1, 2, 'absolute')).toThrow('timer slot 2');
  });

  it('closes a routine that could go on, and only such a one', () => {
    const program = new ProgramBuilder();
    program.routine(() => {
      const end = program.label();
      program.run(1);
      program.jump(end);
      program.place(end);
    });
    program.routine(() => program.forever(() => program.run(1)));
    program.routine(() => undefined);
    expect([...program.build().code]).toEqual([Op.RUN, Op.JUMP, Op.EXIT, Op.RUN, Op.JUMP, Op.EXIT]);
  });

  it('writes the helpers as the contract has them', () => {
    const workload = single((program, w) => {
      const [mutex, condition] = [w.mutex(), w.condition()];
      program.section(mutex, () => program.waitCondition(condition, mutex));
      program.waitConditionAlone(condition);
      program.timer(100, 1, 'absolute');
      program.timer(100, 1, 'relative');
    });
    expect(listing(workload)).toEqual([
      'LOCK 0 0',
      'COND_WAIT 0 0',
      'LOCK 0 0',
      'UNLOCK 0 0',
      'COND_WAIT 0 -1',
      'TIMER 100 3',
      'TIMER 100 2',
      'EXIT 0 0',
    ]);
  });
});
