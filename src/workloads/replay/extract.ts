import type { BundleContents } from '../../bundle/tables/contents.js';
import { Op } from '../../sim/programs/program.js';
import type { Workload } from '../../sim/programs/program.js';
import type { ActionLog } from './read/action-log.js';
import { changed, type Changes } from './changes.js';
import { findChannels, type ChannelGroup } from './infer/channels.js';
import { compile } from './compile.js';
import {
  ALLOWED, BY_INTERRUPT, DRAW, EXEC, EXIT, FORK, GROUP, MIGRATE, NEWIDLE, PRIO, SWITCH, WAKEUP, WAKING, checkedEvents,
} from './read/events.js';
import type { Events } from './read/events.js';
import { GroupRows } from './read/groups.js';
import { leaveToLast } from './infer/last-comers.js';
import { Lives } from './read/lives.js';
import { MaskRows } from './read/masks.js';
import { niceOf } from './read/nice.js';
import { findBarriers } from './infer/barriers.js';
import { findDeadlines, findKillings, killingWakes } from './infer/endings.js';
import { goRound, keepDeadlines } from './endless.js';
import { goOn } from './go-on.js';
import { replayNotes } from './notes.js';
import { NO_PLAN } from './plan.js';
import type { Plan } from './plan.js';
import { findMessages } from './infer/streams.js';
import { emptyStats } from './options.js';
import type { Extraction, ReplayOptions, ReplayStats } from './options.js';
import { IDLE_ROW, Roster } from './read/roster.js';
import { firstRunners } from './read/runners.js';
import { guessedSleepers } from './read/sleepers.js';
import { findLockWaits } from './infer/lock-waits.js';
import { findPools } from './infer/pools.js';
import { findServices } from './infer/services.js';
import { findSinks } from './infer/sinks.js';
import { shareQueues } from './infer/share-queue.js';
import { endInTime, goRoundInTime } from './infer/rounds.js';
import { lookAtStop } from './infer/stops.js';
import { keepRowsTogether } from './infer/wake-rows.js';
import { useChannels } from './infer/use-channels.js';
import { findGoingOn } from './infer/windows.js';
import { makeTemplates, templateRows } from './read/templates.js';
import { startState } from './read/start.js';
import { eventSpan, recordSpan, type Span } from './read/span.js';
import { findExecs, NO_EXECS, type Execs } from './read/execs.js';
import { longLooks } from './read/looks.js';
import { findRegroups, NO_REGROUPS, type Regroup } from './read/regroups.js';
import { findYields } from './read/yields.js';

export interface LoggedExtraction {
  readonly extraction: Extraction;
  readonly log: ActionLog;
  /** Rows of the log that hold a WAIT at which the task did not block; only where it was taken literally. */
  readonly earlyWaits: readonly number[];
  /** Row of the workload's templates by task of the log, or −1. */
  readonly templateOf: Int32Array;
}

/**
 * Takes the workload out of a recording: what each task ran, whom it woke at which point of its CPU time, and how long
 * it slept, as programs that the simulator can run under any policy and on any machine with as many CPUs.
 *
 * The workload ends by exit: when every task has done what was recorded of it. Tasks that did not exit there end after
 * their last recorded action; those that were there before, forked nobody and stayed are background: nobody waits for
 * them. With `goesOn`, a recording that stops in the midst of the work ends by its duration, and its tasks go on until then.
 *
 * @param contents a bundle whose events hold switches and wake-ups in time order
 * @throws InputError where it holds no switches, where its time stamps go backwards, or where `options.groups` is wrong
 */
export function extractWorkload(contents: BundleContents, options: ReplayOptions = {}): Extraction {
  return extractWithLog(contents, options).extraction;
}

/**
 * The same, with what all tasks did in the order in which it was recorded, for whoever writes it down otherwise.
 *
 * @param literal takes every burst and wake-up for what it is, and none for a part of something larger
 */
export function extractWithLog(contents: BundleContents, options: ReplayOptions, literal = false): LoggedExtraction {
  const { manifest } = contents;
  const cpus = manifest.cpus;
  const events = checkedEvents(contents.tables.events, manifest.workload, cpus);
  const yields = literal ? NO_YIELDS : findYields(events, contents);
  const execs = literal ? NO_EXECS : findExecs(events, contents.instrument?.wakeups);
  const told: Told = {
    yields,
    execs,
    regroups: literal ? NO_REGROUPS : findRegroups(contents, events, execs),
    looks: options.searches === true ? longLooks(events, contents.instrument?.wakeups, usualLook(options)) : NO_LOOKS,
  };
  const { plan, span } = literal ? { plan: NO_PLAN, span: eventSpan(events) } : planOf(contents, events, options, told);
  const { from: startTs, to: endTs } = span;
  const { stats, roster, lives, masks, groups, guessed } = read(contents, events, options, plan, told, span);
  keepDeadlines(lives.log);
  const pools = literal ? 0 : findPools(lives.log, lives.blocks, roster);
  const locks = literal ? 0 : findLockWaits(lives.log, lives.lockWaits, roster, plan.channelled, pools);
  leaveToLast(lives.log, lives.crossings, plan.barriers);

  const services = literal ? [] : findServices(lives.blocks, roster);
  const sinks = findSinks(lives.log, lives.blocks, services);
  const changes: Changes = new Map();
  const shared = shareQueues(lives.log, services, sinks, { semaphore: roster.size, mutex: 0, condition: pools + locks }, changes);
  // The second reading knows more, but has messages in it of all that the first one did not take for members of channels.
  const isTold = ({ readers, writers }: ChannelGroup): boolean => [...readers, ...writers].every((task) => plan.channelled.has(task));
  const channels = literal ? [] : findChannels(lives, roster.size, options.turnNs).filter(isTold);
  const first = { semaphore: roster.size + shared.semaphore, mutex: shared.mutex, condition: pools + locks + shared.condition };
  const used = useChannels(lives.log, channels, first, plan.goingOn, changes);
  stats.channels = channels.reduce((sum, { readers }) => sum + readers.length, 0);
  stats.sent = used.messages;
  const inChannels = changed(lives.log, changes);
  // The one changes wake-ups, the other bursts.
  const inside: Changes = new Map();
  if (!literal) keepRowsTogether(inChannels, roster.size, inside);
  const timed = literal ? NO_TASKS : endInTime(inChannels, roster, plan, startTs, inside);
  lookAtStop(inChannels, roster, { startTs, exitTs: lives.exitTs, killed: plan.killed }, inside);
  const log = changed(inChannels, inside);

  const rows = templateRows(roster, log);
  const { program, entry, semaphore, semaphores } = compile(log, rows);
  const counts = new Array<number>(semaphores).fill(0);
  used.semaphores.forEach((count, at) => (counts[semaphore.get(first.semaphore + at)!] = count));
  goRound(program, entry, plan.killed);
  goOn(program, entry, plan.goingOn);
  goRoundInTime(program, entry, timed);
  const { templates, initial } = makeTemplates(contents, roster, lives, rows, entry, masks, groups, plan, endTs - startTs, stats);
  stats.barriers = plan.barriers.length;
  stats.deadlines = plan.deadlines.size;
  stats.killed = plan.killed.size;
  stats.goingOn = plan.goingOn.size;
  stats.timed = timed.size;
  stats.yields = yields.size;
  stats.services = services.length;
  stats.requests = services.reduce((sum, { requests }) => sum + requests.length, 0);
  stats.sinks = sinks.length;
  stats.unseen = sinks.reduce((sum, { puts }) => sum + puts.filter(({ wait }) => wait < 0).length, 0);
  const start = literal ? undefined : startState(contents, startTs);
  const workload: Workload = {
    name: manifest.workload,
    program,
    templates,
    initial,
    // In another order than the recorded one, all of them may be alive at once.
    maxTasks: templates.length,
    masks: masks.rows,
    groups: groups.rows,
    semaphores: counts,
    mutexes: shared.mutex + used.mutexes,
    conditions: pools + locks + shared.condition + used.conditions,
    barriers: plan.barriers.map((members) => members.length),
    distributions: [],
    recordedDraws: recordedDraws(events, cpus),
    recordedSleeps: true,
    ...(start === undefined ? {} : { start }),
    ...(plan.goingOn.size > 0 ? { unit: RECORDED_WORK, countsRuns: true, ends: 'duration' } : { unit: '', ends: 'exit' }),
  };
  stats.tasks = templates.length;
  stats.initialTasks = initial.length;
  stats.ops = program.code.length;
  stats.bytes = program.code.byteLength + program.a.byteLength + program.b.byteLength;
  stats.semaphores = semaphores;
  for (let at = 0; at < program.code.length; at++) {
    if (program.code[at] !== Op.RUN) continue;
    stats.bursts++;
    stats.runNs += program.a[at]!;
  }
  const notes = replayNotes(stats, groups.undescribed, guessed);
  const extraction = { workload, durationNs: endTs - startTs, cpus, notes, stats };
  return { extraction, log, earlyWaits: lives.earlyWaits, templateOf: rows };
}

function usualLook({ wakeupCostNs = 0, traceEventNs = 0 }: ReplayOptions): number {
  return wakeupCostNs + traceEventNs;
}

/** What other tables tell of the events. */
interface Told {
  /** Rows of switches by which a task went that yielded. */
  readonly yields: ReadonlySet<number>;
  readonly execs: Execs;
  readonly regroups: readonly Regroup[];
  /** ns that wake-ups looked for a CPU beyond what they usually do, by rows. */
  readonly looks: ReadonlyMap<number, number>;
}

/** What one reading of the events gives. */
interface Reading {
  readonly stats: ReplayStats;
  readonly roster: Roster;
  readonly lives: Lives;
  readonly masks: MaskRows;
  readonly groups: GroupRows;
  /** No wake-up is marked as an interrupt's. */
  readonly guessed: boolean;
}

/** Reads the events from beginning to end. Tasks get the same rows each time. */
function read(
  contents: BundleContents, events: Events, options: ReplayOptions, plan: Plan, told: Told, { from, to }: Span,
): Reading {
  const { manifest } = contents;
  const cpus = manifest.cpus;
  const stats = emptyStats();
  const roster = new Roster(contents);
  const masks = new MaskRows(cpus, contents.masks);
  const groups = new GroupRows(options.groups ?? manifest.groups ?? []);
  const runners = firstRunners(events, cpus, roster, manifest.throughout);
  const lives = new Lives(roster, stats, options, from, runners, manifest.lostEvents === 0, plan);
  const sleepers = guessedSleepers(events, runners.map((row) => roster.pid[row] ?? 0));
  const searches = options.searches === true ? newidleCosts(contents) : NO_COSTS;
  readEvents(events, sleepers, roster, lives, masks, groups, searches, plan, told, from);
  lives.log.now = to;
  lives.end(to);
  return { stats, roster, lives, masks, groups, guessed: sleepers !== null };
}

/** What a first reading shows of how tasks meet and end, and from when to when the replay goes: with its events, or for a window's time. */
function planOf(contents: BundleContents, events: Events, options: ReplayOptions, told: Told): { readonly plan: Plan; readonly span: Span } {
  const goesOn = options.goesOn === true;
  const planned = (span: Span): Plan => planFor(contents, read(contents, events, options, NO_PLAN, told, span), span, goesOn);
  const span = eventSpan(events);
  const plan = planned(span);
  const whole = recordSpan(contents, events);
  if (plan.goingOn.size === 0 || (whole.from === span.from && whole.to === span.to)) return { plan, span };
  const other = planned(whole);
  return other.goingOn.size === 0 ? { plan, span } : { plan: other, span: whole };
}

function planFor({ instrument }: BundleContents, { lives, roster, stats }: Reading, { from: startTs, to: endTs }: Span, goesOn: boolean): Plan {
  const { log, exitTs } = lives;
  const { members, crossings, dropped } = findBarriers(log, roster.size);
  const killings = findKillings(log, roster, startTs, exitTs);
  for (const wake of killingWakes(log, killings)) {
    if (!crossings.has(wake)) dropped.add(wake);
  }
  const deadlines = findDeadlines(log, roster, startTs, exitTs);
  const goingOn = goesOn ? findGoingOn(log, roster, startTs, endTs, exitTs) : NO_TASKS;
  const { writers } = lives;
  // Where synchronous wake-ups are not recorded, any may be a message's.
  const marked = stats.syncWakes > 0 || (instrument?.wakeups?.rows ?? 0) > 0;
  const mayRead = (task: number): boolean => !marked || writers.mostlySynchronous(task);
  const channels = findChannels(lives, roster.size);
  const told = new Set(channels.flatMap(({ readers, writers }) => [...readers, ...writers]));
  const messages = findMessages(lives.bursts, (task) => (mayRead(task) && !told.has(task) ? writers.oftenOf(task) : null));
  return { barriers: members, crossings, dropped, ...killings, deadlines, goingOn, messages, channelled: told };
}

/** What the kernel's dice showed on each CPU, in order. */
function recordedDraws({ rows, cpu, kind, a }: Events, cpus: number): Float64Array[] {
  const draws: number[][] = Array.from({ length: cpus }, () => []);
  for (let row = 0; row < rows; row++) if (kind[row] === DRAW) draws[cpu[row]!]!.push(a[row]!);
  return draws.map((list) => Float64Array.from(list));
}

/** What the throughput of a workload counts that goes on when its recording is over. */
const RECORDED_WORK = 'ms of recorded work';

const NO_COSTS = new Float64Array(0);
const NO_LOOKS: ReadonlyMap<number, number> = new Map();
const NO_YIELDS: ReadonlySet<number> = new Set();
const NO_TASKS: ReadonlySet<number> = new Set();

/** What each search of newly-idle balancing took, ns, in the order of the events; where that is not recorded, 0. */
function newidleCosts({ tables, instrument }: BundleContents): Float64Array {
  const table = instrument?.newidles;
  const costs = new Float64Array(table?.rows ?? 0);
  if (table === undefined) return costs;
  const { kind } = tables.events.columns;
  let searches = 0;
  for (let row = 0; row < tables.events.rows; row++) if (kind![row] === NEWIDLE) searches++;
  // The two tables come from the same records; where one lacks some, they cannot be told apart.
  if (searches !== table.rows) return costs;
  for (let row = 0; row < table.rows; row++) costs[row] = table.columns['cost']![row]!;
  return costs;
}

function readEvents(
  { rows, ts, cpu, kind, pid, a, b }: Events,
  sleepers: ReadonlySet<number> | null,
  roster: Roster,
  lives: Lives,
  masks: MaskRows,
  groups: GroupRows,
  searches: Float64Array,
  { messages, deadlines }: Plan,
  { yields, execs, regroups, looks }: Told,
  startTs: number,
): void {
  let search = 0;
  let message = 0;
  const due = [...deadlines].map(([task, ns]) => ({ task, ns, ts: ns + startTs })).sort((x, y) => x.ts - y.ts || x.task - y.task);
  let deadline = 0;
  let exec = 0;
  let regroup = 0;
  for (let row = 0; row < rows; row++) {
    const now = ts[row]!;
    const where = cpu[row]!;
    for (; message < messages.count && messages.ts[message]! <= now; message++) {
      lives.log.now = messages.ts[message]!;
      if (messages.read[message] === 1) lives.read(lives.log.now, messages.task[message]!);
      else lives.written(lives.log.now, messages.task[message]!);
    }
    for (; deadline < due.length && due[deadline]!.ts <= now; deadline++) {
      const { task, ns, ts: at } = due[deadline]!;
      lives.log.now = at;
      lives.deadline(at, task, ns);
    }
    for (;;) {
      const called = exec < execs.count ? execs.ts[exec]! : Infinity;
      const moved = regroups[regroup]?.ts ?? Infinity;
      lives.log.now = Math.min(called, moved);
      if (lives.log.now > now) break;
      if (moved <= called) {
        const { pid: mover, cpu: on, group } = regroups[regroup++]!;
        roster.movesTo(roster.rowOf(mover, on), group);
        lives.did(moved, roster.rowOf(mover, on), Op.GROUP, groups.row(group));
      } else {
        lives.did(called, roster.rowOf(execs.pid[exec]!, execs.cpu[exec]!), Op.EXEC);
        exec++;
      }
    }
    lives.log.now = now;
    const who = pid[row]!;
    const arg = a[row]!;
    switch (kind[row]) {
      case SWITCH:
        if (yields.has(row)) lives.did(now, roster.rowOf(arg, where), Op.YIELD);
        lives.switched(now, where, roster.rowOf(arg, where), b[row]!, roster.rowOf(who, where));
        break;
      case WAKING:
        // Where the source knows no marks, b may be −1.
        lives.waking(now, where, roster.rowOf(who, arg), sleepers?.has(who) === true ? BY_INTERRUPT : Math.max(0, b[row]!), looks.get(row));
        break;
      case WAKEUP:
        lives.woken(now, where, arg);
        break;
      case MIGRATE:
        // Who waits for a CPU when the recording begins may be seen first as it is pulled away: it was where it is pulled from.
        roster.rowOf(who, arg);
        lives.reported(now, where);
        break;
      case NEWIDLE:
        lives.searched(where, searches[search++] ?? 0);
        break;
      case FORK: {
        const parent = roster.rowOf(who, where);
        lives.forked(now, where, parent, roster.birth(arg, parent, where));
        break;
      }
      case EXEC:
        if (!execs.reports.has(row)) lives.did(now, roster.rowOf(who, where), Op.EXEC);
        break;
      case EXIT:
        lives.exiting(now, where, roster.rowOf(who, where));
        break;
      case PRIO:
        lives.did(now, roster.rowOf(who, where), Op.NICE, niceOf(arg));
        break;
      case ALLOWED: {
        const task = roster.rowOf(who, where);
        if (task !== IDLE_ROW) roster.allowed[task] = arg;
        lives.did(now, task, Op.AFFINITY, masks.recordedRow(arg));
        break;
      }
      case GROUP:
        roster.movesTo(roster.rowOf(who, where), arg);
        lives.did(now, roster.rowOf(who, where), Op.GROUP, groups.row(arg));
        break;
      default:
    }
  }
}
