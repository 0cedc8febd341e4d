import type { BundleContents } from '../bundle/tables/contents.js';
import type { MachineProfile } from '../sim/profile.js';
import { KIND, type TableData } from '../sim/records/records.js';
import { onAsk, onBalance, onFindBusiest, onLook } from './rows/balances.js';
import { fitClock, tickRate, type ClockFit } from './time/clock.js';
import { onDecision } from './rows/decisions.js';
import type { FeatureAgreement, Features } from './agreement/features.js';
import { FEATURES_FROM_BALANCES, lacksOf } from './agreement/lacks.js';
import type { Lags } from './time/lags.js';
import { attachLoose, onExec, onMigrate, onPrio, onThrottle } from './rows/moves.js';
import { onBlocked, onNewidle } from './rows/newidle.js';
import { onPreempt, onSoftirq, onTick, onTimer } from './rows/preempts.js';
import { tickPhase } from '../bundle/tick-phase.js';
import { SOURCES, streamOf, type Source } from './stream.js';
import { becomeRunning, beginSwitch, onSwitch } from './rows/switching.js';
import { Tally, type DecisionCount, type DecisionName, type Disagreement } from './agreement/tally.js';
import { onHanded, onReceived, onSent, onTaken, onWaking } from './rows/sending.js';
import { onAimed, onRound, onSearched } from './rows/searches.js';
import { onExit, onLeft } from './rows/exits.js';
import { onRegrouped } from './rows/groups.js';
import { onFork, onPlace, onSelect, onWakeup, onWakeupNew } from './rows/wakeups.js';
import { isIdleAtStart } from './world/queues.js';
import { World } from './world/world.js';

export interface LockstepReport {
  readonly decisions: Readonly<Record<DecisionName, DecisionCount>>;
  /** For each decision that could not always be judged: what the recording lacks, and how often. */
  readonly undecidable: Readonly<Partial<Record<DecisionName, Readonly<Record<string, number>>>>>;
  /** For each decision on which the two differ: what explains that, and how often. */
  readonly causes: Readonly<Partial<Record<DecisionName, Readonly<Record<string, number>>>>>;
  readonly features: Readonly<Record<string, FeatureAgreement>>;
  /** What the features were counted from, so that several recordings can be taken together. */
  readonly errors: Features;
  readonly disagreements: readonly Disagreement[];
  readonly clock: ClockFit;
  readonly lags: Lags;
}

export interface LockstepOptions {
  /** Disagreements to keep. */
  readonly explain?: number;
  /** Only of these decisions. */
  readonly only?: ReadonlySet<string>;
  /** Told of the steps done, now and then. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Steps between two calls of `onProgress`. */
const PROGRESS_EVERY = 1 << 14;

type Columns = Readonly<Record<string, ArrayLike<number>>>;
const NONE: Columns = {};

/**
 * L2: the recorded outside world drives the kernel model; each decision is computed from the model's state, compared with
 * the recorded one, and then the recorded one is taken, so that a difference does not breed others.
 *
 * @param profile the machine that the recording was made on, with the recorded knobs
 */
export function lockstep(contents: BundleContents, profile: MachineProfile, options: LockstepOptions = {}): LockstepReport {
  const recent = run(contents, profile, options, false);
  if (!recent.contradicted) return recent.report;
  const before = run(contents, profile, options, true);
  const wrong = ({ report }: Run): number => report.errors.differing('wide');
  return (wrong(before) < wrong(recent) ? before : recent).report;
}

interface Run {
  readonly report: LockstepReport;
  /** What it was told of wakee_flips of the past cannot be. */
  readonly contradicted: boolean;
}

/** @param due whether the wakee_flips of the past were due to be halved when the recording began, which no record says */
function run(contents: BundleContents, profile: MachineProfile, options: LockstepOptions, due: boolean): Run {
  const lacks = lacksOf(contents);
  const tally = new Tally(options.explain ?? 0, options.only ?? null, lacks);
  const hz = tickRate(fitClock(contents), profile.hz);
  const phase = tickPhase(contents, hz);
  const w = new World(contents, profile, tally, phase ?? 0, due);
  const { classChanges, regroupings } = w.foresight;
  const stream = streamOf(
    contents, hz, phase, w.lags, (cpu, level) => w.lookNs(cpu, level), w.unsearched, w.quanta, classChanges, regroupings,
  );
  w.schedule(stream.begins);
  const tables: Record<string, TableData | undefined> = { ...contents.tables, ...contents.instrument };
  const columns = SOURCES.map((name) => (tables[name]?.columns ?? NONE) as Columns);
  let i = 0;
  const handlers: Record<Source, (c: Columns, row: number) => void> = {
    events: (c, row) => onEvent(w, c, row),
    decisions: (c, row) => onDecision(w, c, row),
    balances: (c, row) => onBalance(w, c, row),
    wakeups: (c, row) => onSelect(w, c, row, stream.ts[i]!),
    preempts: (c, row) => onPreempt(w, c, row),
    ticks: (c, row) => onTick(w, c, row),
    places: (c, row) => onPlace(w, c, row),
    newidles: (c, row) => onNewidle(w, c, row),
    busiest: (c, row) => onFindBusiest(w, c, row),
    kicks: () => undefined,
    runtimes: () => undefined,
    // The kernel is stepped by what was answered, which decisions have.
    policy: () => undefined,
    begin: (_, row) => {
      if (w.takeBegin(row)) beginSwitch(w, stream.begins[row]!);
    },
    tick: () => undefined,
    softirq: (_, row) => onSoftirq(w, stream.softirqs[row]!.ts, stream.softirqs[row]!.cpu),
    look: (_, row) => onLook(w, stream.looks[row]!),
    aimed: (_, row) => onAimed(w, columns[SOURCES.indexOf('wakeups')]!, row, stream.ts[i]!, stream.masked[row]!),
    round: (_, row) => onRound(w, stream.rounds[row]!),
    searched: (_, row) => onSearched(w, columns[SOURCES.indexOf('wakeups')]!, row),
    sent: (_, row) => onSent(w, columns[SOURCES.indexOf('wakeups')]!, row, stream.ts[i]!, stream.queued[row]!),
    taken: (_, row) => onTaken(w, columns[SOURCES.indexOf('places')]!, row),
    ask: (_, row) => onAsk(w, stream.asks[row]!),
    handed: (_, row) => {
      const { ts, cpu, row: event } = stream.handed[row]!;
      onHanded(w, ts, cpu, contents.tables.events.columns['pid']![event]!, w.unsearched.get(event)!);
    },
    received: (_, row) => onReceived(w, stream.received[row]!, contents.tables.events.columns['pid']![stream.received[row]!.row]!),
    blocked: (_, row) => onBlocked(w, stream.blocked[row]!.ts, stream.blocked[row]!.cpu),
    counted: (_, row) => w.counted(row),
    classed: (_, row) => {
      const { ts, pid, prio } = classChanges[row]!;
      onPrio(w, ts, pid, prio);
    },
    regrouped: (_, row) => onRegrouped(w, regroupings[row]!),
    left: (_, row) => onLeft(w, stream.exits[row]!),
  };
  stream.runningAtStart.forEach((pid, cpu) => {
    const queue = contents.manifest.runQueues?.[cpu];
    if (pid <= 0 && queue !== undefined) isIdleAtStart(w.k, cpu, queue, w.startClock);
    if (pid <= 0) return;
    w.at(0, cpu, 0);
    if (w.roster.isAbove(pid)) w.above.switchTo(cpu, pid);
    else becomeRunning(w, pid, cpu);
  });
  for (i = 0; i < stream.length; i++) {
    const source = SOURCES[stream.source[i]!]!;
    if (source === 'tick') onTimer(w, stream.ts[i]!);
    else handlers[source](columns[stream.source[i]!]!, stream.row[i]!);
    if (w.k.g.overload[0] !== w.overload) [w.overload, w.overloadAt] = [w.k.g.overload[0]!, stream.ts[i]!];
    if (i % PROGRESS_EVERY === 0) options.onProgress?.(i, stream.length);
  }
  if (lacks.size > 0) w.features.keep(FEATURES_FROM_BALANCES);
  const report = {
    decisions: tally.counts,
    undecidable: Object.fromEntries([...tally.undecidable].map(([name, reasons]) => [name, Object.fromEntries(reasons)])),
    causes: Object.fromEntries([...tally.causes].map(([name, causes]) => [name, Object.fromEntries(causes)])),
    features: w.features.summary(),
    errors: w.features,
    disagreements: tally.disagreements,
    clock: w.clock,
    lags: w.lags,
  };
  return { report, contradicted: w.flips.contradicted };
}

function onEvent(w: World, c: Columns, row: number): void {
  const [ts, cpu, pid, a, b] = [c['ts']![row]!, c['cpu']![row]!, c['pid']![row]!, c['a']![row]!, c['b']![row]!];
  const kind = c['kind']![row]!;
  if (kind !== KIND.migrate) attachLoose(w, ts);
  switch (kind) {
    case KIND.switch:
      onSwitch(w, ts, cpu, pid, a, b);
      break;
    case KIND.waking:
      onWaking(w, pid, b);
      break;
    case KIND.wakeup:
      onWakeup(w, ts, a, pid);
      break;
    case KIND.wakeup_new:
      onWakeupNew(w, ts, a, pid);
      break;
    case KIND.migrate:
      onMigrate(w, ts, cpu, pid, a, b);
      break;
    case KIND.fork:
      onFork(w, ts, cpu, a);
      break;
    case KIND.exec:
      onExec(w, ts, pid);
      break;
    case KIND.exit:
      onExit(w, pid);
      break;
    case KIND.prio:
      onPrio(w, ts, pid, a);
      break;
    case KIND.throttle:
      onThrottle(w, ts, cpu, a, b);
      break;
    case KIND.group:
      w.regroup(ts, pid, a);
      break;
    default:
      break;
  }
}
