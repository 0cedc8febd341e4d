import type { BundleContents } from '../../bundle/tables/contents.js';
import type { GroupSpec, TaskTemplate, Workload } from '../../sim/programs/program.js';
import { extractWithLog } from '../replay/extract.js';
import type { ReplayOptions } from '../replay/options.js';
import { exportNotes } from './export-notes.js';
import { stretchesOf } from './export-phases.js';
import { Step, stepsOf, type Losses, type Steps } from './export-steps.js';

export interface RtAppExport {
  /** The file, in pieces. */
  chunks(): Iterable<string>;
  /** What of the recording rt-app cannot say, and what is otherwise than it may seem. */
  readonly notes: readonly string[];
  readonly losses: Readonly<Losses>;
  /** Threads, and the barriers that they meet at. */
  readonly tasks: number;
  readonly barriers: number;
}

const IDLE_POLICY = 5;
/** comm holds 15 characters, and rt-app gives it the name of the task. */
const NAME_LENGTH = 15;
/**
 * rt-app measures CPU0 first; its log would be a file for each thread. Locked pages and priority inheritance would change
 * what is measured.
 */
const GLOBAL = {
  duration: -1,
  calibration: 'CPU0',
  default_policy: 'SCHED_OTHER',
  pi_enabled: false,
  lock_pages: false,
  logdir: './',
  log_basename: 'rt-app',
  log_size: 'disable',
  gnuplot: false,
};
const KEYS = ['run', 'sleep', 'barrier'] as const;

/**
 * The workload of a recording as a file that rt-app runs on a real machine (1.0 and later): a thread for each task with
 * its bursts, sleeps and wake-ups, nice values, affinities and groups.
 *
 * @param contents a bundle whose events hold switches and wake-ups in time order
 * @throws InputError as `extractWorkload` does
 */
export function exportRtApp(contents: BundleContents, options: ReplayOptions = {}): RtAppExport {
  const logged = extractWithLog(contents, options, true);
  const { workload } = logged.extraction;
  const { steps, losses } = stepsOf(logged);
  return {
    chunks: () => fileOf(workload, steps),
    notes: exportNotes(logged.extraction, losses),
    losses,
    tasks: steps.length,
    barriers: losses.meetings + losses.births,
  };
}

function* fileOf(workload: Workload, steps: readonly Steps[]): Generator<string> {
  const global = JSON.stringify(GLOBAL);
  yield `{\n"global": ${global},\n"tasks": {\n`;
  const writer = new TaskWriter(workload);
  for (const [row, list] of steps.entries()) {
    if (row > 0) yield ',\n';
    yield* writer.task(row, list);
  }
  yield '\n}\n}\n';
}

class TaskWriter {
  private readonly groups: readonly string[];

  constructor(private readonly workload: Workload) {
    this.groups = pathsOf(workload.groups);
  }

  *task(row: number, steps: Steps): Generator<string> {
    const template = this.workload.templates[row]!;
    const moves = steps.kind.includes(Step.CPUS);
    const idle = template.policy === IDLE_POLICY;
    const settings: string[] = [];
    if (idle) settings.push('"policy":"SCHED_IDLE",');
    else if (template.nice !== 0) settings.push(`"priority":${template.nice},`);
    if (template.mask !== 0 && !moves) settings.push(this.cpus(template.mask));
    if (template.group !== 0) settings.push(`"taskgroup":${JSON.stringify(this.groups[template.group])},`);
    yield `${JSON.stringify(nameOf(template, row))}: {"loop":1,${settings.join('')}"phases":{`;

    // A phase that names no CPUs has those of its task: where they change, every phase names them.
    let cpus = moves ? this.cpus(template.mask) : '';
    let once = '';
    let phase = 0;
    for (const { from, to, loop } of stretchesOf(steps)) {
      const kind = steps.kind[from]!;
      if (kind >= Step.NICE) {
        const value = steps.value[from]!;
        if (kind === Step.CPUS) cpus = this.cpus(value);
        else if (kind === Step.GROUP) once += `"taskgroup":${JSON.stringify(this.groups[value])},`;
        // The kernel keeps the nice value of such a task, and does not look at it.
        else if (!idle) once = `${once.replace(/"priority":-?\d+,/, '')}"priority":${value},`;
        continue;
      }
      const head = `${phase === 0 ? '' : ','}\n"p${phase}":{${loop > 1 ? `"loop":${loop},` : ''}${cpus}${once}`;
      yield `${head}${eventsOf(steps, from, to)}}`;
      once = '';
      phase += 1;
    }
    // A task must do something.
    if (phase === 0) yield '"p0":{"run0":1}';
    yield '}}';
  }

  private cpus(mask: number): string {
    return `"cpus":[${this.workload.masks[mask]!.join()}],`;
  }
}

/** Keys of events begin with what they are, and differ within a phase. */
function eventsOf({ kind, value }: Steps, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) {
    const what = kind[at]!;
    const comma = at > from ? ',' : '';
    text += `${comma}"${KEYS[what]}${at - from}":${what === Step.MEET ? `"b${value[at]}"` : value[at]}`;
  }
  return text;
}

/** Unlike every other, fit for a file name, and as much of comm as there is room for. */
function nameOf({ comm }: TaskTemplate, row: number): string {
  const tail = `-${row}`;
  return `${comm.replace(/[^A-Za-z0-9_.]/g, '_').slice(0, NAME_LENGTH - tail.length)}${tail}`;
}

function pathsOf(groups: readonly GroupSpec[]): string[] {
  const paths: string[] = [];
  for (const [row, { name, parent }] of groups.entries()) {
    const last = name.split('/').filter((part) => part !== '').at(-1) ?? `g${row}`;
    paths.push(row === 0 ? '/' : `${paths[parent] === '/' ? '' : paths[parent]}/${last}`);
  }
  return paths;
}
