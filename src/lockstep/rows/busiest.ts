/**
 * The model's search for the busiest group and queue, with every CPU's queue as it was when the kernel read it. Where the
 * answer hangs on reads that are too near to a change it is looked for once more with the reads a little earlier and later.
 */
import { CPU_NEWLY_IDLE, STAGE_NO_BUSIEST_GROUP, STAGE_NO_BUSIEST_QUEUE, STAGE_NOT_BALANCER, STAGE_TRIED } from '../../sim/kernel/constants.js';
import { find_busiest_group } from '../../sim/kernel/balance/busiest-group.js';
import { find_busiest_queue } from '../../sim/kernel/balance/busiest-queue.js';
import { init_lb_env } from '../../sim/kernel/balance/lb-env.js';
import { fill_cpus, only_dst_group_left } from '../../sim/kernel/balance/load-balance.js';
import { should_we_balance } from '../../sim/kernel/balance/need-active.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { QUEUE_NS, QUEUES_NS, readsOf } from '../time/looks.js';
import type { View } from '../world/views.js';
import type { Found, OpenBalance, World } from '../world/world.js';

/** What the times of the reads are known to, ns. */
const SLACK_NS = 40;
const SHIFTS = [-SLACK_NS, SLACK_NS];

/** The queues of the machine when a look began, and as each round began that came in its midst. */
export interface Seen {
  readonly ts: number;
  readonly view: View;
}

/** What a search finds, from reads at certain times. */
export interface Answer {
  readonly stage: number;
  readonly busiest: number;
  /** The busiest group, or NIL. */
  readonly group: number;
  readonly imbalance: number;
  readonly migrationType: number;
  readonly fbq: number;
  /** By how much later the reads are taken to be made, ns. */
  readonly shift: number;
}

/** What is read of a CPU. */
type SeenOf = (cpu: number) => View;

/** The queues as they are read: of a CPU at `at(cpu)`, `shift` ns later. */
function seenAt(states: readonly Seen[], at: (cpu: number) => number, shift: number): SeenOf {
  return (cpu) => {
    const when = at(cpu) + shift;
    let i = states.length - 1;
    while (i > 0 && states[i]!.ts > when) i--;
    return states[i]!.view;
  };
}

/** Without rounds: all queues as they were at the look's beginning, in its middle, or at its end. */
function seenThen(states: readonly Seen[], shift: number): SeenOf {
  const state = shift === 0 ? states[states.length >> 1]! : shift < 0 ? states[0]! : states.at(-1)!;
  return () => state.view;
}

function seenOf(w: World, states: readonly Seen[], at: (cpu: number) => number, shift: number): SeenOf {
  return w.quanta.known ? seenAt(states, at, shift) : seenThen(states, shift);
}

/** Whether a CPU of the domain is seen otherwise a little earlier or later. */
function differs(w: World, sd: number, a: SeenOf, b: SeenOf): boolean {
  const off = w.k.sd.span_off[sd]!;
  for (let i = off; i < off + w.k.sd.span_weight[sd]!; i++) {
    const cpu = w.k.topo_cpus[i]!;
    const [one, other] = [a(cpu), b(cpu)];
    if (one !== other && !w.views.alike(one, other, cpu)) return true;
  }
  return false;
}

/**
 * find_busiest_group(). The model's answer comes first, and those from other times after it; k.lb_env has what the first
 * found.
 * @param end when the last queue of the domain is read, ns
 */
export function searchGroups(w: World, opened: OpenBalance, end: number): Answer[] {
  const { k } = w;
  const { sd, states } = opened;
  const { at, length } = readsOf(k, sd);
  const read = (cpu: number): number => end - length + at[cpu]!;
  const own = seenOf(w, states, read, 0);
  const others: Answer[] = [];
  for (const shift of SHIFTS) {
    const seen = seenOf(w, states, read, shift);
    if (!differs(w, sd, own, seen)) continue;
    const saved = k.arena.save();
    others.push(w.views.during(seen, () => group(w, opened, shift)));
    k.arena.load(saved);
  }
  return [w.views.during(own, () => group(w, opened, 0)), ...others];
}

function group(w: World, opened: OpenBalance, shift: number): Answer {
  const { k } = w;
  const env = k.lb_env;
  const { cpu, idle, cleared } = opened;
  prepare(w, opened);
  const none = { busiest: NIL, group: NIL, imbalance: 0, migrationType: env.migration_type, fbq: env.fbq_type, shift };
  if (cleared.length > 0 && only_dst_group_left(k, env)) return { ...none, stage: STAGE_TRIED, busiest: cleared.at(-1)! };
  if (!mayBalance(w, cpu, idle)) return { ...none, stage: STAGE_NOT_BALANCER };
  const found = find_busiest_group(k, env);
  const { imbalance, migration_type: migrationType, fbq_type: fbq } = env;
  return { stage: found === NIL ? STAGE_NO_BUSIEST_GROUP : STAGE_NO_BUSIEST_QUEUE, busiest: NIL, group: found, imbalance, migrationType, fbq, shift };
}

/** should_we_balance(). Whoever balances has asked before the look at the queues. */
function mayBalance(w: World, cpu: number, idle: number): boolean {
  if (w.may[cpu]! >= 0) return w.may[cpu] === 1;
  return idle === CPU_NEWLY_IDLE || should_we_balance(w.k, w.k.lb_env);
}

/**
 * find_busiest_queue(): the queues of the group are read once more, after the record of what was found.
 * @param found when that record was made, ns
 */
export function searchQueues(w: World, opened: OpenBalance, found: number): void {
  const [own] = opened.answers;
  if (own === undefined) return;
  const result = queue(w, opened, own, found, 0);
  [opened.stage, opened.busiest] = [result.stage, result.busiest];
  for (const shift of SHIFTS) {
    const other = opened.answers.find((answer) => answer.shift === shift);
    if (other !== undefined || own.group !== NIL) opened.others.push(queue(w, opened, other ?? own, found, shift));
  }
  opened.answers = [];
}

function queue(w: World, opened: OpenBalance, { stage, busiest, group, imbalance, migrationType, fbq }: Answer, found: number, shift: number): Found {
  const { k } = w;
  if (group === NIL) return { stage, busiest };
  const off = k.sg.span_off[group]!;
  const order = new Int32Array(k.cpus);
  for (let i = 0; i < k.sg.group_weight[group]!; i++) order[k.topo_cpus[off + i]!] = i;
  const seen = seenOf(w, opened.states, (cpu) => found + QUEUES_NS + QUEUE_NS * order[cpu]!, shift);
  prepare(w, opened);
  const env = k.lb_env;
  [env.imbalance, env.migration_type, env.fbq_type] = [imbalance, migrationType, fbq];
  const cpu = w.views.during(seen, () => find_busiest_queue(k, env, group));
  return { stage: cpu === NIL ? STAGE_NO_BUSIEST_QUEUE : STAGE_TRIED, busiest: cpu };
}

/** Whether a queue of the domain was seen to change during the look. */
export function changed(w: World, { sd, states }: OpenBalance): boolean {
  return states.some(({ view }) => differs(w, sd, () => states[0]!.view, () => view));
}

function prepare({ k }: World, { cpu, sd, idle, cleared }: OpenBalance): void {
  init_lb_env(k, k.lb_env, sd, cpu, idle);
  fill_cpus(k, k.lb_env);
  for (const gone of cleared) k.lb_env.cpus[gone] = 0;
}
