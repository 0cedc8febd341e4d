/**
 * The search for a CPU. A wake-up looks at idle CPUs three times, some 100 ns apart: wake_affine(), to choose the CPU around
 * which is searched; the record's mask, which the instrumented kernel makes then; and the search itself. The mask is what
 * the kernel saw; what changed between it and the others, the recorded world tells.
 */
import { CAUSE_WAKEUP, WF_TTWU } from '../../sim/kernel/constants.js';
import { set_task_cpu } from '../../sim/kernel/core/activate.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { cpu_load } from '../../sim/kernel/fair/signals.js';
import { wake_wide } from '../../sim/kernel/wakeup/wakee.js';
import { select_idle_sibling } from '../../sim/kernel/wakeup/idle-sibling.js';
import { select_task_rq_fair, wakeup_target } from '../../sim/kernel/wakeup/select-rq.js';
import { beginEarly } from '../world/early.js';
import { firstMet, nearLoads } from '../agreement/causes.js';
import { hasCpu, MASK_CPUS, withIdle, type IdleCpus } from '../world/idle-mask.js';
import { readBefore } from '../time/masks.js';
import { lookedAround, type SeenIdle } from './looked.js';
import { settleWoken } from '../world/inputs.js';
import { machineText } from '../world/show.js';
import type { DecisionName } from '../agreement/tally.js';
import type { World } from '../world/world.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** A search for a CPU that the recording is in the middle of. */
export interface OpenSearch {
  /** CPUs that the model has idle when the kernel first looks, and from the beginning of each round that comes in its midst. */
  readonly states: { readonly ts: number; readonly idle: IdleCpus }[];
  /** CPU around which is searched, or −1 where it is no such search. */
  readonly target: number;
  /** The record taught something of the past: then the model could not have known the answer. */
  readonly learned: boolean;
  /** What the model says of wake_wide(). */
  readonly wide: boolean;
  /** What was chosen with the record's mask; null: that is still to come. */
  chosen: MaskedChoice | null;
}

/** What the model finds with those CPUs idle that the record's mask shows. */
export interface MaskedChoice {
  readonly p: number;
  readonly name: DecisionName;
  readonly answer: number;
  /** When the mask was complete, ns. */
  readonly ts: number;
}

/** From the search for a CPU to its record, ns. */
export const SELECT_LAG_NS = 900;
/** What these may be longer or shorter, ns. */
const SLACK_NS = 25;
const MASK_SLACK_NS = 80;
/** find_idlest_cpu() */
const SLOW = 1;
const CHANGING = 'a CPU became idle or busy during the search';

/**
 * The beginning of a wake-up: wake_affine() looks which CPUs are idle, and at their loads. Where no round begins before the
 * mask, that has what it saw.
 * @param ts when that was, ns
 * @param until when the mask was complete, ns
 */
export function onAimed(w: World, c: Columns, row: number, ts: number, until: number): void {
  const at = (column: string): number => c[column]![row]!;
  const [prev, flags] = [at('prev'), at('wake_flags')];
  if ((flags & WF_TTWU) === 0) return;
  const idle = w.idleMask.idle();
  const p = prepare(w, c, row);
  if (p === NIL) return;
  settleWoken(w, c, row, p);
  const learned = w.flips.learn(p, at('cpu'), at('wide'));
  const masked = w.quanta.known && w.quanta.turn(ts) === w.quanta.turn(until);
  const seen: IdleCpus = masked ? [at('idle_low'), at('idle_high')] : idle;
  const target = at('path') === SLOW ? NIL : withIdle(w, seen, () => wakeup_target(w.k, p, prev, flags));
  w.k.in_task = true;
  w.searches.set(row, { states: [{ ts, idle }], target, learned, wide: wake_wide(w.k, p), chosen: null });
}

/** Brings the task that a record of a search names to where it was before; NIL where there is no row for it. */
export function prepare(w: World, c: Columns, row: number): number {
  const { k, roster } = w;
  const at = (column: string): number => c[column]![row]!;
  const [ts, cpu, pid, prev] = [at('ts'), at('cpu'), at('pid'), at('prev')];
  if (roster.row(pid) === NIL) w.at(ts, prev, SELECT_LAG_NS);
  const p = roster.rowOrAdopt(pid, prev);
  if (p === NIL) return NIL;
  // The waker has seen the task asleep, so its CPU has begun to switch whatever the order of the stamps.
  if ((at('wake_flags') & WF_TTWU) !== 0) beginEarly(w, p);
  w.at(ts, cpu, SELECT_LAG_NS);
  k.in_task = w.wokenByInterrupt[p] === 0;
  if (k.task.cpu[p] !== prev && k.task.on_rq[p] === 0) set_task_cpu(k, p, prev, CAUSE_WAKEUP);
  if (at('allowed') >= 0) w.affinity.shown(p, w.mask(at('allowed')));
  return p;
}

/** A round begins in the midst of a search. */
export function onRound(w: World, { ts, row }: { readonly ts: number; readonly row: number }): void {
  w.searches.get(row)?.states.push({ ts, idle: w.idleMask.idle() });
}

/**
 * The record's mask: the choice is made with the CPUs idle that the kernel saw to be so.
 * @param ts when the mask was made, ns
 */
export function choose(w: World, name: DecisionName, c: Columns, row: number, p: number, ts: number): void {
  const { k } = w;
  const at = (column: string): number => c[column]![row]!;
  const [low, high, prev, flags] = [at('idle_low'), at('idle_high'), at('prev'), at('wake_flags')];
  if (at('path') === SLOW) {
    const idled = w.pastIdle.answers(() => withIdle(w, [low, high], () => select_task_rq_fair(k, p, prev, flags)));
    w.pastIdle.learn(idled, at('chosen'));
    if (idled.all.size > 1 && idled.all.has(at('chosen'))) {
      w.tally.undecided(name, 'since when a CPU is idle that was so before the recording');
      select_task_rq_fair(k, p, prev, flags);
      return;
    }
  }
  const search: OpenSearch = w.searches.get(row) ?? { states: [{ ts, idle: w.idleMask.idle() }], target: NIL, learned: false, wide: at('wide') !== 0, chosen: null };
  w.searches.set(row, search);
  if (search.learned) {
    w.tally.undecided(name, 'wakee_flips from before the recording');
    select_task_rq_fair(k, p, prev, flags);
    return;
  }
  const { target } = search;
  const answer = withIdle(w, [low, high], () =>
    target === NIL ? select_task_rq_fair(k, p, prev, flags) : select_idle_sibling(k, p, prev, target));
  search.chosen = { p, name, answer, ts };
}

/** The end of the search: the choice is judged. */
export function onSearched(w: World, c: Columns, row: number): void {
  const search = w.searches.get(row);
  w.searches.delete(row);
  if (search === undefined || search.chosen === null) return;
  const at = (column: string): number => c[column]![row]!;
  const { target } = search;
  const { p, name, answer, ts } = search.chosen;
  w.at(at('ts'), at('cpu'), SELECT_LAG_NS);
  const mask: IdleCpus = [at('idle_low'), at('idle_high')];
  compareMask(w, search, mask, ts);
  let [first, last] = [answer, answer];
  const turns = w.quanta.known && target !== NIL;
  if (!turns) search.states.push({ ts: Infinity, idle: w.idleMask.idle() });
  if (!steady(search)) {
    const seen = turns ? [-SLACK_NS, SLACK_NS].map((later) => seenIdle(w, search, mask, ts, later)) : [w.idleMask.idle(), mask];
    [first, last] = seen.map((idle) => found(w, c, row, search, idle)) as [number, number];
  }
  if (first !== last) w.tally.undecided(name, CHANGING);
  else w.tally.judge(name, at('ts'), at('cpu'), at('chosen'), last, () => selectText(w, c, row, p, last), () => causeOf(w, c, row, search));
}

/** Why the kernel has chosen another CPU. */
function causeOf(w: World, c: Columns, row: number, search: OpenSearch): string {
  const at = (column: string): number => c[column]![row]!;
  const otherTarget = search.target !== NIL && search.target !== at('target');
  const loads = [at('cpu'), at('prev')].map((cpu) => cpu_load(w.k, cpu)) as [number, number];
  const slow = search.target === NIL;
  return firstMet([
    ['a CPU whose averages no record has shown yet', slow && w.seenCpu.includes(0)],
    ['wake_wide() answers otherwise: other counts of wakee_flips', search.wide !== (at('wide') !== 0)],
    ['wake_affine(): a CPU became idle or busy as it was asked', otherTarget && !steady(search)],
    ['wake_affine(): the loads of the two CPUs are within 5 % of each other', otherTarget && nearLoads(...loads)],
    ['a round began during the search, and a CPU became idle or busy with it', !otherTarget && !steady(search)],
    ['the record’s mask of idle CPUs is not the model’s',
      !otherTarget && !same([at('idle_low'), at('idle_high')], search.states.at(-1)!.idle)],
  ]);
}

/** Whether no CPU became idle or busy meanwhile. */
function steady({ states }: OpenSearch): boolean {
  return states.every(({ idle }) => same(idle, states[0]!.idle));
}

function same(a: IdleCpus, b: IdleCpus): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** What the search finds with these CPUs idle, or as each is when it is looked at. */
function found(w: World, c: Columns, row: number, { chosen, target }: OpenSearch, idle: IdleCpus | SeenIdle): number {
  const { k } = w;
  const at = (column: string): number => c[column]![row]!;
  const { p, ts } = chosen!;
  const prev = at('prev');
  const saved = k.arena.save();
  k.in_task = w.wokenByInterrupt[p] === 0;
  k.task.recent_used_cpu[p] = at('recent');
  const sds = target === NIL ? NIL : k.rq.sd_llc_shared[target]!;
  if (sds !== NIL && at('has_idle_cores') >= 0) k.sds.has_idle_cores[sds] = at('has_idle_cores');
  const answer = typeof idle === 'function'
    ? lookedAround(w, { p, prev, target, recent: at('recent'), cores: at('has_idle_cores') > 0, ts }, idle)
    : withIdle(w, idle, () => (target === NIL ? select_task_rq_fair(k, p, prev, at('wake_flags')) : select_idle_sibling(k, p, prev, target)));
  k.in_task = true;
  k.arena.load(saved);
  return answer;
}

/**
 * The mask holds what the kernel saw, each CPU at the time at which it was looked at; what changed between that and another
 * time, the recorded world tells.
 * @param ts when the mask was complete, ns
 * @param later by how much the rounds are taken to begin later, ns
 */
function seenIdle(w: World, { states }: OpenSearch, [low, high]: IdleCpus, ts: number, later: number): SeenIdle {
  const modelled = (cpu: number, when: number): boolean => {
    const state = states.findLast((found, i) => i === 0 || found.ts + later <= when)!;
    return hasCpu(state.idle[0], state.idle[1], cpu);
  };
  return (cpu, when) => {
    const read = ts - readBefore(low, high, cpu, w.k.cpus);
    const before = modelled(cpu, read - MASK_SLACK_NS);
    // A bit that was read as the CPU changed: the mask has the one or the other.
    const masked = hasCpu(low, high, cpu);
    if (masked === before || before !== modelled(cpu, read + MASK_SLACK_NS)) return modelled(cpu, when);
    // The mask has the CPU otherwise. Where a round before or after it has it so, that is how far the change was off.
    const had = (state: { readonly ts: number; readonly idle: IdleCpus }, i: number): boolean =>
      (i === 0 || state.ts + later <= read) && hasCpu(state.idle[0], state.idle[1], cpu) === masked;
    if (states.some(had)) return when > read ? modelled(cpu, when) : masked;
    if (states.some(({ idle }) => hasCpu(idle[0], idle[1], cpu) === masked)) return when > read ? masked : modelled(cpu, when);
    return !modelled(cpu, when);
  };
}

/** How many CPUs of the mask the model has otherwise. */
function compareMask(w: World, search: OpenSearch, mask: IdleCpus, ts: number): void {
  const [low, high] = search.states[0]!.idle;
  if (same(mask, [low, high])) {
    w.features.compare('idle_cpus', 0, 0, 1);
    return;
  }
  const seen = seenIdle(w, search, mask, ts, 0);
  let differ = 0;
  for (let cpu = 0; cpu < Math.min(w.k.cpus, MASK_CPUS); cpu++) if (seen(cpu, -Infinity) !== hasCpu(low, high, cpu)) differ++;
  w.features.compare('idle_cpus', 0, differ, 1);
}

function selectText(w: World, c: Columns, row: number, p: number, computed: number): string[] {
  const at = (name: string): number => c[name]![row]!;
  return [
    `task ${w.roster.name(p)}, prev ${at('prev')}, wake_flags ${at('wake_flags')}, model ${computed}`,
    `kernel: sync ${at('sync')}, want_affine ${at('want_affine')}, wide ${at('wide')}, affine ${at('affine')}, path ${at('path')}, ` +
      `target ${at('target')}, recent ${at('recent')}, idle mask 0x${at('idle_low').toString(16)}, idle cores ` +
      `${at('has_idle_cores')}, scan ${at('nr_idle_scan')}, util_est ${at('util_est')}`,
    ...(at('path') === SLOW ? [averagesText(w)] : []),
    ...machineText(w),
  ];
}

/** What the slow path compares CPUs by. */
function averagesText({ k }: World): string {
  const of = (column: Float64Array): string => Array.from({ length: k.cpus }, (_, cpu) => column[k.cfs_avg + cpu]).join(' ');
  return `model: utilisation by CPU ${of(k.avg.util_avg)}; load ${of(k.avg.load_avg)}; runnable ${of(k.avg.runnable_avg)}`;
}
