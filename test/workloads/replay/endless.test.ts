import { describe, expect, it } from 'vitest';
import { Op, type Program } from '../../../src/sim/programs/program.js';
import { goRound } from '../../../src/workloads/replay/endless.js';

/** The program of one task that is killed, with a JUMP before its EXIT, and where that jumps to. */
function jumpOf(ops: readonly (readonly [number, number])[]): number {
  return wentRound(ops).a[ops.length]!;
}

function wentRound(ops: readonly (readonly [number, number])[]): Program {
  const all: (readonly [number, number])[] = [...ops, [Op.JUMP, 0], [Op.EXIT, 0]];
  const program: Program = {
    code: Uint8Array.from(all, ([code]) => code),
    a: Float64Array.from(all, ([, a]) => a),
    b: new Float64Array(all.length),
  };
  goRound(program, Int32Array.from([0]), new Map([[0, 1000]]));
  return program;
}

const run = [Op.RUN, 10] as const;
const fork = [Op.FORK, 50] as const;

describe('goRound', () => {
  it('does the last quarter again', () => {
    expect(jumpOf([run, run, run, run, run, run, run, run])).toBe(6);
  });

  it('bears no child a second time', () => {
    expect(jumpOf([fork, run, fork, run, fork, run, fork, run])).toBe(7);
    expect(jumpOf([fork, run, run, run, run, run, run, run])).toBe(6);
  });

  it('ends where nothing that takes time is left to do again', () => {
    expect(jumpOf([run, run, run, fork])).toBe(5);
  });

  it('wakes whom it wakes last when it ends, told to or not, and not before', () => {
    const told = [Op.JUMP_AFTER, 500] as const;
    const { code, a, b } = wentRound([run, told, run, told, run, [Op.POST, 7], [Op.POST_SYNC, 8]]);
    expect([...code.subarray(5)]).toEqual([Op.JUMP, Op.POST, Op.POST_SYNC, Op.EXIT]);
    expect([...a.subarray(6, 8)]).toEqual([7, 8]);
    expect([b[1], b[3]]).toEqual([6, 6]);
    expect(a[5]).toBeLessThan(5);
    expect([...wentRound([run, [Op.POST, 7], run]).code]).toEqual([Op.RUN, Op.POST, Op.RUN, Op.JUMP, Op.EXIT]);
  });

  it('does what is done under a lock whole, after the last fork', () => {
    expect(jumpOf([run, run, run, [Op.LOCK, 0], fork, run, [Op.UNLOCK, 0], run])).toBe(7);
  });
});
