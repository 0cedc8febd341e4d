import { firstBalances } from '../../../bundle/first-balances.js';
import { tickPhase } from '../../../bundle/tick-phase.js';
import type { BundleContents, RunQueueStart } from '../../../bundle/tables/contents.js';
import { decay_load } from '../../../sim/kernel/fair/pelt.js';
import { NEWIDLE_NO_OVERLOAD, NEWIDLE_RAN, NEWIDLE_SHORT_IDLE } from '../../../sim/kernel/balance/newidle.js';
import { CPU_IDLE, NOHZ_BALANCE_KICK } from '../../../sim/kernel/constants.js';
import type { IdleTicks, NewidleCost, QueueStart, SearchStart, StartState } from '../../../sim/programs/program.js';
import type { TableData } from '../../../sim/records/records.js';
import { SWITCH } from './events.js';
import { newidleStats } from './newidle-stats.js';

/** A period of PELT, ns, and the load of a running task of nice 0. */
const PERIOD_NS = 1024 * 1024;
const NICE_0_LOAD = 1024;
/** For how many ticks a CPU on which a task exited before the start may go on ticking, at most. */
const MOST_TICKS = 8;

/**
 * The kernel at the start of a recording, as far as the recording tells: what a record shows for the first time and only what is
 * recorded changes was so at the start, too.
 *
 * @param startTs the recording's start, ns
 * @returns undefined where it tells nothing
 */
export function startState(contents: BundleContents, startTs: number): StartState | undefined {
  const { manifest, tables, instrument } = contents;
  const balances = firstBalances(tables.balances, startTs);
  const phase = manifest.hz > 0 ? tickPhase(contents, manifest.hz) : null;
  const period = 1e9 / manifest.hz;
  const first = phase === null ? null : Math.round((((phase - startTs) % period) + period) % period);
  const ticking = first === null ? [] : idleTicks(contents, startTs + first, period, startTs);
  const queues = queuesOf(manifest.runQueues ?? []);
  const costs = firstCosts(instrument?.newidles);
  const stats = newidleStats(instrument?.newidles);
  const searches = firstSearches(instrument?.wakeups);
  const start: StartState = {
    ...(first === null ? {} : { tickNs: first }),
    ...(ticking.length === 0 ? {} : { ticking }),
    ...(balances === undefined ? {} : { firstBalances: balances }),
    ...(queues.length === 0 ? {} : { queues }),
    ...(costs.length === 0 ? {} : { newidleCosts: costs }),
    ...(stats.length === 0 ? {} : { newidleStats: stats }),
    ...(searches.length === 0 ? {} : { searches }),
  };
  return Object.keys(start).length === 0 ? undefined : start;
}

/**
 * Whether the first tick, at `first` ns, kicked nobody to balance for the CPUs that idle, as it does where more than one CPU ticks and
 * has been found busy by a tick (nohz_balancer_kick()).
 */
function restsAt(kicks: TableData | undefined, first: number): boolean {
  if (kicks === undefined) return false;
  const { ts, flags } = kicks.columns as Record<'ts' | 'flags', ArrayLike<number>>;
  for (let row = 0; row < kicks.rows && ts[row]! < first + BALANCED_NS; row++) if ((flags[row]! & NOHZ_BALANCE_KICK) !== 0) return false;
  return true;
}

/** How long after a tick the balances that it raises are over, ns. */
const BALANCED_NS = 500_000;

/**
 * CPUs that idle and tick at the start: each balances its lowest domain at each of these ticks. One that idles without ticks does so
 * only where it is woken for it, which is recorded too.
 * @param first time of the first tick, ns
 */
function idleTicks({ tables, instrument }: BundleContents, first: number, period: number, startTs: number): IdleTicks[] {
  const { ts, cpu, on, idle } = tables.balances.columns as Record<string, ArrayLike<number>>;
  const { events } = tables;
  const { kicks } = instrument;
  const counted = restsAt(kicks, first);
  const due = new Map<number, number>();
  const woken = new Set<number>();
  let event = 0;
  let kick = 0;
  for (let row = 0; row < tables.balances.rows && ts![row]! < first + period * MOST_TICKS; row++) {
    const now = ts![row]!;
    const at = cpu![row]!;
    for (; event < events.rows && events.columns['ts']![event]! <= now; event++) {
      if (events.columns['kind']![event] === SWITCH && events.columns['pid']![event] !== 0) woken.add(events.columns['cpu']![event]!);
    }
    for (; kick < (kicks?.rows ?? 0) && kicks!.columns['ts']![kick]! <= now; kick++) woken.add(kicks!.columns['ilb']![kick]!);
    if (idle![row] !== CPU_IDLE || on![row] !== at || woken.has(at)) continue;
    const tick = Math.floor((now - first) / period);
    if (tick === (due.get(at) ?? 0) && now - first - tick * period < BALANCED_NS) due.set(at, tick + 1);
  }
  return [...due].map(([at, ticks]) => ({ cpu: at, untilNs: first + (ticks - 1) * period - startTs, counted }));
}

/**
 * What was seen of the run queues before the recording, with what tasks had left on them when the last of them was looked at. Who ran
 * there was what looked, or forked by it just then, and is gone by the start: with the load of a new task, and a utilisation that hides any other.
 */
function queuesOf(seen: readonly RunQueueStart[]): QueueStart[] {
  const now = seen.reduce((last, { averages }) => Math.max(last, averages?.clockNs ?? 0), 0);
  return seen.map(({ avgIdleNs, maxIdleBalanceCostNs, averages }) => {
    const known = { avgIdleNs, maxIdleBalanceCostNs };
    if (averages === undefined) return known;
    const { clockNs, load, runnable, util, removed, running } = averages;
    const periods = Math.floor(now / PERIOD_NS) - Math.floor(clockNs / PERIOD_NS);
    const left = (value: number): number => (periods === 0 ? Math.max(0, value) : decay_load(Math.max(0, value), periods));
    const loadAvg = left(load - removed.load - running * NICE_0_LOAD);
    if (running > 0) return { ...known, loadAvg };
    return { ...known, loadAvg, runnableAvg: left(runnable - removed.runnable), utilAvg: left(util - removed.util) };
  });
}

/** What the first newly-idle balance of each domain was told of its cost: every one that changes it is recorded. */
function firstCosts(newidles: TableData | undefined): NewidleCost[] {
  if (newidles === undefined) return [];
  const { cpu, gate, cost0, ndom } = newidles.columns as Record<string, ArrayLike<number>>;
  const seen = new Set<string>();
  const costs: NewidleCost[] = [];
  const first = (where: number, domain: number, ns: number): void => {
    const key = `${where} ${domain}`;
    if (seen.has(key) || ns < 0) return;
    seen.add(key);
    costs.push({ cpu: where, domain, ns });
  };
  for (let row = 0; row < newidles.rows; row++) {
    if (gate![row] !== NEWIDLE_RAN && gate![row] !== NEWIDLE_NO_OVERLOAD && gate![row] !== NEWIDLE_SHORT_IDLE) continue;
    first(cpu![row]!, 0, cost0![row]!);
    for (let domain = 0; domain < ndom![row]!; domain++) {
      const shown = newidles.columns[`cost_domain${domain}`];
      if (shown !== undefined) first(cpu![row]!, domain, shown[row]!);
    }
  }
  return costs;
}

/** What the first search of each CPU's cache was told. */
function firstSearches(wakeups: TableData | undefined): SearchStart[] {
  if (wakeups === undefined) return [];
  const { target, has_idle_cores: cores, nr_idle_scan: scan } = wakeups.columns as Record<string, ArrayLike<number>>;
  const seen = new Set<number>();
  const searches: SearchStart[] = [];
  for (let row = 0; row < wakeups.rows; row++) {
    const cpu = target![row]!;
    if (cpu < 0 || seen.has(cpu)) continue;
    seen.add(cpu);
    searches.push({ cpu, ...(cores![row]! < 0 ? {} : { idleCores: cores![row] !== 0 }), ...(scan![row]! < 0 ? {} : { scan: scan![row]! }) });
  }
  return searches;
}
