import { Op } from '../../sim/programs/program.js';
import type { Program } from '../../sim/programs/program.js';
import { branchOf, isConditionWait } from '../operands.js';
import { afterForks, AGAIN, endOf } from './endless.js';

/**
 * Tasks that go on when the recording is over do the last quarter of what they did again, as those do that are killed, or all since
 * their last fork where that takes no time. The run's end finds them at it: nobody tells them to stop. They begin where a round of
 * theirs does, if that can be told: after a sleep, so that what they take in a round and what they put are as much. Who has nothing that he could do again
 * exits. Each program ends with a JUMP, which gets its place here, and an EXIT.
 *
 * @param entry where each task's program begins, by task
 */
export function goOn(program: Program, entry: Int32Array, goingOn: ReadonlySet<number>): void {
  const { code, a } = program as { readonly code: Uint8Array; readonly a: Float64Array };
  for (const task of goingOn) {
    const from = entry[task] ?? -1;
    if (from < 0) continue;
    const jump = endOf(code, from) - 1;
    if (code[jump] !== Op.JUMP) continue;
    const always = unconditional(program, from, jump);
    const forked = afterForks(code, from, jump);
    const places = [Math.max(forked, jump - Math.floor((jump - from) * AGAIN)), forked].map((at) => roundFrom(program, from, at, jump, always));
    a[jump] = places.find((at) => takesTime(program, from, at, jump, always)) ?? jump + 1;
  }
}

/** Which operations of `from`…`to` − 1 no way leads past, by their distance from `from`. */
function unconditional(program: Program, from: number, to: number): Uint8Array {
  const always = new Uint8Array(to - from).fill(1);
  for (let at = from; at < to; at++) {
    const branch = branchOf(program, at);
    const jump = program.code[at] === Op.JUMP ? program.a[at]! : branch;
    if (jump > at + 1) always.fill(0, at + 1 - from, jump - from);
  }
  return always;
}

/** Where a round begins at `earliest` or later: after a sleep, after another block, or else anywhere; outside of locks. */
function roundFrom(program: Program, from: number, earliest: number, to: number, always: Uint8Array): number {
  const { code } = program;
  let held = 0;
  const found = [-1, -1, -1];
  for (let at = from; at < to; at++) {
    if (at >= earliest && held === 0 && always[at - from] === 1) {
      const before = at > from ? code[at - 1]! : -1;
      const kind = before === Op.SLEEP ? 0 : before === Op.WAIT || before === Op.BARRIER ? 1 : 2;
      if (found[kind] === -1) found[kind] = at;
      if (kind === 0) break;
    }
    if (code[at] === Op.LOCK) held++;
    else if (code[at] === Op.UNLOCK || isConditionWait(code[at]!)) held--;
  }
  return found.find((at) => at !== -1) ?? to;
}

/** Whether it takes time to go from `at` to `to`, whichever way. */
function takesTime({ code, a }: Program, from: number, at: number, to: number, always: Uint8Array): boolean {
  for (; at < to; at++) if (always[at - from] === 1 && (code[at] === Op.RUN || code[at] === Op.SLEEP) && a[at]! > 0) return true;
  return false;
}
