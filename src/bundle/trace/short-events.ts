/**
 * The short forms that the plugin of libtraceevent prints for some events of the scheduler, in trace-cmd report and in
 * some versions of perf: `init:324 [120] CPU:005`, `init:1 [120] S ==> swapper/1:0 [120]`.
 */
import type { Body } from './body.js';
import { isDigit, parseDigits, skipDigitsBack, SPACE, COLON, DASH } from './characters.js';
import type { Switch, Wakeup } from './kernel-events.js';

const ARROW = ' ==> ';
const CPU = ' CPU:';
/** What `trace-cmd report -w` adds to a switch. */
const LATENCY = '] Latency: ';

/**
 * The plugin's letters, bit by bit from 1. They are those of an old kernel: where the kernel says `X` for 16 and `Z` for
 * 32, the plugin has them the other way round, and `x` and `W` stand for parked and for idle kernel threads.
 */
const STATE_BITS: ReadonlyMap<string, number> = new Map(Object.entries({
  R: 0, S: 0x1, D: 0x2, T: 0x4, t: 0x8, Z: 0x10, X: 0x20, x: 0x40, P: 0x40, W: 0x80, I: 0x80,
}));

/** A task as these forms have it: `comm:pid [prio]`. */
interface Named {
  comm: string;
  pid: number;
  prio: number;
}
const named: Named = { comm: '', pid: 0, prio: 0 };

export function isShortWakeup(b: Body): boolean {
  return b.text.lastIndexOf(CPU) > b.text.lastIndexOf(' target_cpu=');
}

/** sched_wakeup and sched_wakeup_new: `comm:pid [prio] CPU:005`, with ` success=1` before the CPU on old kernels. */
export function parseShortWakeup(b: Body, e: Wakeup): void {
  const { text } = b;
  let end = text.lastIndexOf(CPU);
  const digits = end + CPU.length;
  const cpuEnd = skipDigits(text, digits);
  if (cpuEnd === digits || cpuEnd - digits > 9 || cpuEnd !== text.length) b.fail('CPU');
  e.targetCpu = parseDigits(text, digits, cpuEnd);
  const success = text.lastIndexOf(' success=', end);
  if (success >= b.begin && text.charCodeAt(success - 1) === 0x5d) end = success;
  if (!readNamed(text, b.begin, end)) b.fail('pid');
  e.comm = named.comm;
  e.pid = named.pid;
  e.prio = named.prio;
}

export function isShortSwitch(b: Body): boolean {
  return b.text.charCodeAt(b.text.length - 1) === 0x5d || (b.text.includes(LATENCY) && !b.text.includes(' next_prio='));
}

/** sched_switch: `comm:pid [prio] STATE ==> comm:pid [prio]`. `R` is also what is said of a task that was preempted. */
export function parseShortSwitch(b: Body, e: Switch): void {
  const { text, begin } = b;
  const latency = text.lastIndexOf(LATENCY);
  const end = latency < begin ? text.length : latency + 1;
  // A comm may hold the arrow: the last one with a task before it is the right one.
  for (let arrow = text.lastIndexOf(ARROW, end); arrow > begin; arrow = text.lastIndexOf(ARROW, arrow - 1)) {
    const space = text.lastIndexOf(' ', arrow - 1);
    const state = stateOf(text.slice(space + 1, arrow));
    if (state < 0 || !readNamed(text, begin, space)) continue;
    e.prevComm = named.comm;
    e.prevPid = named.pid;
    e.prevPrio = named.prio;
    e.prevState = state;
    if (!readNamed(text, arrow + ARROW.length, end)) break;
    e.nextComm = named.comm;
    e.nextPid = named.pid;
    e.nextPrio = named.prio;
    return;
  }
  b.fail('==>');
}

function stateOf(text: string): number {
  if (text.length > 20) return -1;
  const preempted = text.endsWith('+');
  let bits = 0;
  for (const letter of (preempted ? text.slice(0, -1) : text).split('|')) {
    const bit = STATE_BITS.get(letter);
    if (bit === undefined) return -1;
    bits |= bit;
  }
  return preempted ? 0 : bits;
}

/** Reads `comm:pid [prio]` into `named`, from the right; false where that is not what stands there. */
function readNamed(text: string, start: number, end: number): boolean {
  const prioStart = skipDigitsBack(text, end - 1);
  const negative = text.charCodeAt(prioStart - 1) === DASH;
  const open = negative ? prioStart - 2 : prioStart - 1;
  if (text.charCodeAt(end - 1) !== 0x5d || prioStart === end - 1 || end - prioStart > 11) return false;
  if (text.charCodeAt(open) !== 0x5b || text.charCodeAt(open - 1) !== SPACE) return false;
  const pidStart = skipDigitsBack(text, open - 1);
  if (pidStart === open - 1 || open - pidStart > 10) return false;
  if (pidStart <= start || text.charCodeAt(pidStart - 1) !== COLON) return false;
  named.comm = text.slice(start, pidStart - 1);
  named.pid = parseDigits(text, pidStart, open - 1);
  const prio = parseDigits(text, prioStart, end - 1);
  // The −1 of a deadline task may be printed as if it had no sign.
  named.prio = negative ? -prio : prio | 0;
  return true;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
}
