import type { BundleContents } from '../../bundle/contents.js';
import { Op } from '../../sim/program.js';
import type { Workload } from '../../sim/program.js';
import { compile } from './compile.js';
import { ALLOWED, BY_INTERRUPT, DRAW, EXEC, EXIT, FORK, GROUP, PRIO, SWITCH, WAKING, checkedEvents } from './events.js';
import type { Events } from './events.js';
import { GroupRows } from './groups.js';
import { Lives } from './lives.js';
import { MaskRows } from './masks.js';
import { niceOf } from './nice.js';
import { replayNotes } from './notes.js';
import { emptyStats } from './options.js';
import type { Extraction, ReplayOptions } from './options.js';
import { Roster } from './roster.js';
import { firstRunners } from './runners.js';
import { guessedSleepers } from './sleepers.js';
import { makeTemplates, templateRows } from './templates.js';

/**
 * Takes the workload out of a recording: what each task ran, whom it woke at which point of its CPU time, and how long
 * it slept, as programs that the simulator can run under any policy and on any machine with as many CPUs.
 *
 * The workload ends by exit: when every task has done what was recorded of it. Tasks that did not exit there end after
 * their last recorded action; those that were there before, forked nobody and stayed are background: nobody waits for
 * them.
 *
 * @param contents a bundle whose events hold switches and wake-ups in time order
 * @throws InputError where it holds no switches, where its time stamps go backwards, or where `options.groups` is wrong
 */
export function extractWorkload(contents: BundleContents, options: ReplayOptions = {}): Extraction {
  const { manifest } = contents;
  const cpus = manifest.cpus;
  const events = checkedEvents(contents.tables.events, manifest.workload, cpus);
  const stats = emptyStats();
  const roster = new Roster(contents);
  const masks = new MaskRows(cpus, contents.masks);
  const groups = new GroupRows(options.groups ?? manifest.groups ?? []);
  const startTs = events.ts[0]!;
  const endTs = events.ts[events.rows - 1]!;
  const runners = firstRunners(events, cpus, roster);
  const lives = new Lives(roster, stats, options, startTs, runners, manifest.lostEvents === 0);
  const sleepers = guessedSleepers(events, runners.map((row) => roster.pid[row] ?? 0));
  readEvents(events, sleepers, roster, lives, masks, groups);
  lives.end(endTs);

  const rows = templateRows(roster, lives.log);
  const { program, entry, semaphores } = compile(lives.log, rows);
  const { templates, initial } = makeTemplates(contents, roster, lives, rows, entry, masks, groups, stats);
  const workload: Workload = {
    name: manifest.workload,
    program,
    templates,
    initial,
    // In another order than the recorded one, all of them may be alive at once.
    maxTasks: templates.length,
    masks: masks.rows,
    groups: groups.rows,
    semaphores: new Array<number>(semaphores).fill(0),
    mutexes: 0,
    conditions: 0,
    barriers: [],
    distributions: [],
    recordedDraws: recordedDraws(events, cpus),
    unit: '',
    ends: 'exit',
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
  const notes = replayNotes(stats, groups.undescribed, sleepers !== null);
  return { workload, durationNs: endTs - startTs, cpus, notes, stats };
}

/** What the kernel's dice showed on each CPU, in order. */
function recordedDraws({ rows, cpu, kind, a }: Events, cpus: number): Float64Array[] {
  const draws: number[][] = Array.from({ length: cpus }, () => []);
  for (let row = 0; row < rows; row++) if (kind[row] === DRAW) draws[cpu[row]!]!.push(a[row]!);
  return draws.map((list) => Float64Array.from(list));
}

function readEvents(
  { rows, ts, cpu, kind, pid, a, b }: Events,
  sleepers: ReadonlySet<number> | null,
  roster: Roster,
  lives: Lives,
  masks: MaskRows,
  groups: GroupRows,
): void {
  for (let row = 0; row < rows; row++) {
    const now = ts[row]!;
    const where = cpu[row]!;
    const who = pid[row]!;
    const arg = a[row]!;
    switch (kind[row]) {
      case SWITCH:
        lives.switched(now, where, roster.rowOf(arg, where), b[row]!, roster.rowOf(who, where));
        break;
      case WAKING:
        // Where the source knows no marks, b may be −1.
        lives.waking(now, where, roster.rowOf(who, arg), sleepers?.has(who) === true ? BY_INTERRUPT : Math.max(0, b[row]!));
        break;
      case FORK: {
        const parent = roster.rowOf(who, where);
        lives.forked(now, where, parent, roster.birth(arg, parent, where));
        break;
      }
      case EXEC:
        lives.did(now, roster.rowOf(who, where), Op.EXEC);
        break;
      case EXIT:
        lives.exiting(roster.rowOf(who, where));
        break;
      case PRIO:
        lives.did(now, roster.rowOf(who, where), Op.NICE, niceOf(arg));
        break;
      case ALLOWED:
        lives.did(now, roster.rowOf(who, where), Op.AFFINITY, masks.recordedRow(arg));
        break;
      case GROUP:
        lives.did(now, roster.rowOf(who, where), Op.GROUP, groups.row(arg));
        break;
      default:
    }
  }
}
