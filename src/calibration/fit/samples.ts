import type { BundleContents } from '../../bundle/tables/contents.js';
import { walkRecords, type ChainRecord } from './chain.js';

/** Times that a recording shows, ns, each the time between two records of one CPU unless it says otherwise. */
export interface Samples {
  /** Between any two records of a CPU in a row. */
  readonly gaps: number[];
  /** From a waking to the choice of a CPU, for the same task. */
  readonly select: number[];
  /** From the choice of the waker's own CPU, where a task runs, to the end of the wake-up there. */
  readonly activate: number[];
  /** From the choice of another CPU, which is idle and finishes the wake-up itself, to the task's place there. Two CPUs. */
  readonly remote: number[];
  /** From that place to the end of the wake-up. */
  readonly placed: number[];
  /** From the end of a wake-up that preempts what runs on the own CPU to the switch, where that is the next record there. */
  readonly preempted: number[];
  /** From the end of a wake-up on an idle CPU to the switch to the task. */
  readonly idleExit: number[];
  /** The same where the CPU finished the wake-up itself, and its tick had stopped: it had idled for longer than two. */
  readonly tickless: number[];
  /** From the record of a fork to the child's place on the queue of an idle CPU (sched_wakeup_new), with the choice between them. */
  readonly forkWake: number[];
  /** From the end of a fork to the record of the next one by the same task, where nothing but the child's place comes between. */
  readonly forks: number[];
  /** From the switch to a task to the switch away from it when it blocks. */
  readonly stint: number[];
  /** Records that only an instrumented kernel has. */
  instrumented: number;
}

interface Waking {
  ts: number;
  cpu: number;
  /** Time and CPU of the choice; −1 before it. */
  chosenTs: number;
  target: number;
  targetIdle: boolean;
  /** Time of the place; −1 before it. */
  placedTs: number;
}

/** Whether `cpu` was idle, was chosen by another CPU, and does the rest of the wake-up itself. */
function finishesAlone({ targetIdle, target, cpu: waker }: Waking, cpu: number): boolean {
  return targetIdle && cpu === target && cpu !== waker;
}

/** Goes through a recording and takes its times. */
export function takeSamples(contents: BundleContents, into: Samples): void {
  const cpus = contents.manifest.cpus;
  const last = new Array<number>(cpus).fill(-1);
  const runner = new Array<number>(cpus).fill(-1);
  const since = new Array<number>(cpus).fill(-1);
  const wakings = new Map<number, Waking>();
  const woken = new Map<number, number>();
  /** By CPU: the child whose fork is going on, since when, and whether its CPU has been chosen; the parent, and its last fork's end. */
  const child = new Array<number>(cpus).fill(-1);
  const forkTs = new Array<number>(cpus).fill(-1);
  const forkChosen = new Array<boolean>(cpus).fill(false);
  const forker = new Array<number>(cpus).fill(-1);
  const forkEnd = new Array<number>(cpus).fill(-1);
  /** Tasks that were found to preempt what ran on their CPU when they were queued there. */
  const preempts = new Set<number>();
  /** Tasks whose wake-up an idle CPU has finished itself. */
  const alone = new Set<number>();
  const twoTicks = 2e9 / Math.max(1, contents.manifest.hz);

  const waking = ({ ts, cpu, table, row }: ChainRecord): void => {
    const fresh: Waking = { ts, cpu, chosenTs: -1, target: -1, targetIdle: false, placedTs: -1 };
    wakings.set(table.columns['pid']![row]!, fresh);
  };
  const chosen = ({ ts, cpu, table, row }: ChainRecord): void => {
    const pid = table.columns['pid']![row]!;
    if (child[cpu] === pid) forkChosen[cpu] = true;
    const waking = wakings.get(pid);
    if (waking === undefined || waking.cpu !== cpu) return;
    into.select.push(ts - waking.ts);
    waking.chosenTs = ts;
    waking.target = table.columns['chosen']![row]!;
    waking.targetIdle = runner[waking.target] === 0;
  };
  const placed = ({ ts, cpu, table, row }: ChainRecord): void => {
    const waking = wakings.get(table.columns['pid']![row]!);
    if (waking === undefined || waking.chosenTs < 0 || waking.placedTs >= 0) return;
    waking.placedTs = ts;
    if (finishesAlone(waking, cpu)) into.remote.push(ts - waking.chosenTs);
  };
  const queued = ({ ts, cpu, table, row }: ChainRecord): void => {
    const pid = table.columns['pid']![row]!;
    const waking = wakings.get(pid);
    wakings.delete(pid);
    const target = table.columns['a']![row]!;
    if (target === cpu) woken.set(pid, ts);
    if (waking === undefined || waking.chosenTs < 0 || waking.placedTs < 0) return;
    if (cpu === target && finishesAlone(waking, cpu)) {
      into.placed.push(ts - waking.placedTs);
      alone.add(pid);
    }
    if (waking.target === waking.cpu && cpu === target && runner[cpu]! > 0) into.activate.push(ts - waking.chosenTs);
  };
  const forked = ({ ts, cpu, table, row }: ChainRecord): void => {
    if (forkEnd[cpu]! >= 0 && forker[cpu] === table.columns['pid']![row]) into.forks.push(ts - forkEnd[cpu]!);
    child[cpu] = table.columns['a']![row]!;
    forkTs[cpu] = ts;
    forkChosen[cpu] = false;
    forker[cpu] = table.columns['pid']![row]!;
  };
  const bornOn = ({ ts, cpu, table, row }: ChainRecord): void => {
    if (child[cpu] !== table.columns['pid']![row]) return;
    child[cpu] = -1;
    if (forkChosen[cpu] === true && runner[table.columns['a']![row]!] === 0) into.forkWake.push(ts - forkTs[cpu]!);
  };
  const switched = ({ ts, cpu, table, row }: ChainRecord): void => {
    const next = table.columns['pid']![row]!;
    const queuedAt = woken.get(next);
    if (queuedAt !== undefined && runner[cpu] === 0) {
      into.idleExit.push(ts - queuedAt);
      if (alone.has(next) && queuedAt - since[cpu]! > twoTicks) into.tickless.push(ts - queuedAt);
    }
    alone.delete(next);
    if (queuedAt === last[cpu] && preempts.has(next)) into.preempted.push(ts - queuedAt);
    woken.delete(next);
    preempts.delete(next);
    if (runner[cpu]! > 0 && table.columns['b']![row] !== 0 && since[cpu]! >= 0) into.stint.push(ts - since[cpu]!);
    runner[cpu] = next;
    since[cpu] = ts;
  };

  walkRecords(contents, (record) => {
    const { kind, ts, cpu } = record;
    // Not events of their own: the dice and a task's changed settings are read off other records.
    if (kind === 'draw' || kind === 'prio' || kind === 'allowed' || kind === 'group') return;
    const gap = ts - last[cpu]!;
    if (last[cpu]! >= 0 && gap > 0) into.gaps.push(gap);
    if (kind === 'waking') waking(record);
    else if (kind === 'wakeup') queued(record);
    else if (kind === 'switch') switched(record);
    else if (kind === 'select') chosen(record);
    else if (kind === 'place') placed(record);
    else if (kind === 'fork') forked(record);
    else if (kind === 'wakeup_new') bornOn(record);
    else if (kind === 'preempt' && record.table.columns['result']![record.row] === 1) {
      preempts.add(record.table.columns['pid']![record.row]!);
    }
    // A fork ends where the child is queued, or where that has been compared with what runs there.
    if (kind === 'wakeup_new' || (kind === 'preempt' && forkEnd[cpu] === last[cpu])) forkEnd[cpu] = ts;
    else if (kind !== 'place') forkEnd[cpu] = -1;
    last[cpu] = ts;
    if (kind === 'select' || kind === 'place' || kind === 'preempt') into.instrumented++;
  });
}

export function noSamples(): Samples {
  return {
    gaps: [], select: [], activate: [], remote: [], placed: [], idleExit: [], tickless: [], preempted: [], forkWake: [], forks: [], stint: [],
    instrumented: 0,
  };
}
