import { MOVE_CAUSES, MOVE_FORCE, SLICE_END, type PartingKind } from '../format/run.js';
import { ARRIVED, heatOf, HOT } from './heat.js';
import { nameOf, taskName, type RunData } from './run-data.js';
import { duration, moment } from './view.js';

/** A line of what is said about something: its head and the rest. */
export type Line = readonly [head: string, text: string];

/** What is said about something that was chosen. */
export interface About {
  readonly title: string;
  readonly lines: readonly Line[];
  /** The features of a decision, each with what it means. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string, doc: string]>;
}

const REASONS = ['throttled', 'a kernel thread of one CPU', 'its affinity forbids it', 'it runs', 'active balance: not asked', 'decided by the hot test'];
const IDLE = ['idle', 'busy', 'newly idle'];

export function answerOf(result: number): string {
  return ['no', 'yes', 'yes, although hot (forced)'][result] ?? 'not known';
}

/** A call of can_migrate_task(). @param beside what is to be said of the run beside it */
export function aboutDecision(data: RunData, row: number, beside: readonly Line[]): About {
  const { header, packed } = data;
  const value = (name: string): number => packed.column(`decision.${name}`)[row]!;
  const [pid, src, dst] = [value('pid'), value('src_cpu'), value('dst_cpu')];
  const [result, stock] = [value('result'), value('stock')];
  const level = header.levels[String(value('level'))] ?? String(value('level'));
  const at = data.decisions.ts[row]! + header.startNs;
  const same = stock < 0 ? '' : stock > 0 === result > 0 ? ' – the same' : ' – otherwise than stock';
  const moved = data.moves.decision.indexOf(row);
  return {
    title: `Decision ${row + 1} of ${data.decisions.rows}: may ${nameOf(data.names.get(pid) ?? '', pid)} go from CPU ${src} to CPU ${dst}?`,
    lines: [
      ['Stock answers', `${answerOf(stock)}${whyStock(value)}`],
      [`${header.label} answered`, `${answerOf(result)}${same}`],
      ...beside,
      ['When', `${moment(at)}, asked by CPU ${value('cpu')}, ${IDLE[value('idle')] ?? '?'}, level ${level}`],
      ['Why', REASONS[value('reason')] ?? 'not known'],
      ['nr_balance_failed', `${value('nr_balance_failed')}, cache_nice_tries ${value('cache_nice_tries')}`],
      ['Moved', moved < 0 ? (result > 0 ? 'no migration is known to have come of it' : 'no') : `${moment(data.moves.ts[moved]! + header.startNs)}`],
    ],
    fields: header.fields.map(({ name, doc }) => [name, String(value(name)), doc]),
  };
}

function whyStock(value: (name: string) => number): string {
  if (value('reason') !== 5) return '';
  const [delta, cost] = [value('delta'), value('migration_cost')];
  const heat = value('hot') === 1 ? 'hot' : value('hot') === 0 ? 'cold' : 'heat not known';
  const measure = cost > 0 && delta !== -1 ? `: it ran ${duration(delta)} ago, a migration costs ${duration(cost)}` : '';
  return ` (${heat}${measure})`;
}

const STAGES = ['not the one to balance here', 'no busiest group', 'no busiest queue', 'tried'];
const MIGRATION_TYPES = ['load', 'utilisation', 'tasks', 'a misfit task'];

/** A call of load_balance(). */
export function aboutBalance(data: RunData, row: number): About {
  const { header, packed } = data;
  const value = (name: string): number => packed.column(`balance.${name}`)[row]!;
  const level = header.levels[String(value('level'))] ?? String(value('level'));
  const tried = value('stage') === 3;
  return {
    title: `Balance of CPU ${value('cpu')} over level ${level}`,
    lines: [
      ['When', `${moment(data.balances.ts[row]! + header.startNs)}, while ${IDLE[value('idle')] ?? '?'}, on CPU ${value('on')}`],
      ['Came to', STAGES[value('stage')] ?? 'not known'],
      ...(tried ? [['Moved', `${value('moved')} tasks from CPU ${value('busiest')}${value('active') === 1 ? ', and started an active balance' : ''}`] as const] : []),
      ...(tried ? [['Imbalance', `${value('imbalance')} left, of ${MIGRATION_TYPES[value('migration_type')] ?? '?'}`] as const] : []),
      ['nr_balance_failed', `${value('nr_balance_failed')} after it`],
      ['Interval', `${value('balance_interval')} ms until the next`],
    ],
    fields: [],
  };
}

export function partingWords(kind: PartingKind): string {
  return kind === 'answer' ? 'here: both were asked the same, and answered otherwise' : 'here: from this call on they are not asked the same';
}

/** A task on a CPU. */
export function aboutSlice(data: RunData, lane: number, i: number): About {
  const { start, end, task, since } = data.slices;
  const { startNs } = data.header;
  const how = data.packed.column('slices.end')[i];
  const ending = how === SLICE_END.blocked ? 'it blocked' : how === SLICE_END.preempted ? 'it was preempted' : 'the picture ends';
  return {
    title: `${taskName(data, task[i]!)} on CPU ${lane}`,
    lines: [
      ['From', `${moment(start[i]! + startNs)} for ${duration(end[i]! - start[i]!)}, then ${ending}`],
      ['Heat', heatWords(data, since[i]!, 'when it began')],
      ...movesOf(data, task[i]!, start[i]!, end[i]!),
    ],
    fields: [],
  };
}

/** A task in a run queue. */
export function aboutWait(data: RunData, lane: number, i: number): About {
  const { start, end, task, since } = data.waits;
  return {
    title: `${taskName(data, task[i]!)} waits on CPU ${lane}`,
    lines: [
      ['From', `${moment(start[i]! + data.header.startNs)} for ${duration(end[i]! - start[i]!)}`],
      ['Heat', heatWords(data, since[i]!, 'when it began to wait')],
      ...movesOf(data, task[i]!, start[i]!, end[i]!),
    ],
    fields: [],
  };
}

function heatWords({ header }: RunData, since: number, when: string): string {
  const cost = header.migrationCostNs;
  const heat = heatOf(since, cost);
  if (heat === ARRIVED) return `cold: it had not run there since it came`;
  const limit = cost === null ? 'the migration cost is not known' : cost < 0 ? 'every task is hot' : `a migration costs ${duration(cost)}`;
  return `${heat === HOT ? 'hot' : 'cold'}: it had run there ${since < 0 ? 'never' : `${duration(since)} before`} ${when}; ${limit}`;
}

/** The task's migrations next to a stretch of time. */
function movesOf({ moves, header }: RunData, task: number, start: number, end: number): Line[] {
  const lines: Line[] = [];
  for (let row = 0; row < moves.rows; row += 1) {
    if (moves.task[row] !== task || (moves.ts[row] !== start && moves.ts[row] !== end)) continue;
    lines.push(['Moved', `${moment(moves.ts[row]! + header.startNs)}: ${moveWords(moves, row)}`]);
  }
  return lines;
}

export function moveWords({ from, to, cause, force }: RunData['moves'], row: number): string {
  const forced = force[row] === MOVE_FORCE.policy ? ', although hot: by the policy' : force[row] === MOVE_FORCE.stock ? ', although hot: forced' : '';
  return `CPU ${from[row]!} to CPU ${to[row]!}, ${MOVE_CAUSES[cause[row]!]!}${forced}`;
}
