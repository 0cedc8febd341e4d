import { describe, expect, it } from 'vitest';
import { Op, type Program } from '../../../src/sim/programs/program.js';
import { goRound } from '../../../src/workloads/replay/endless.js';

/** The program of one task that is killed, with a JUMP before its EXIT, and where that jumps to. */
function jumpOf(ops: readonly (readonly [number, number])[]): number {
  const all: (readonly [number, number])[] = [...ops, [Op.JUMP, 0], [Op.EXIT, 0]];
  const program: Program = {
    code: Uint8Array.from(all, ([code]) => code),
    a: Float64Array.from(all, ([, a]) => a),
    b: new Float64Array(all.length),
  };
  goRound(program, Int32Array.from([0]), new Map([[0, 1000]]));
  return program.a[ops.length]!;
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

  it('does what is done under a lock whole, after the last fork', () => {
    expect(jumpOf([run, run, run, [Op.LOCK, 0], fork, run, [Op.UNLOCK, 0], run])).toBe(7);
  });
});
