import type { RunFacts } from '../../bundle/capture/measured-run.js';
import { cpioArchive, parentsOf, type CpioEntry } from './cpio.js';

/**
 * Which trace events a run records. Tracing takes time of its own, 0.7-2 µs an event: `full` is for replays, `ml` for decisions,
 * `none`, with some dozen events in all, for times.
 */
export const EVENT_SETS = {
  full: [
    'cfslab_can_migrate', 'cfslab_load_balance', 'cfslab_find_busiest', 'cfslab_select_rq', 'cfslab_preempt', 'cfslab_tick',
    'cfslab_place', 'cfslab_newidle', 'cfslab_nohz_kick', 'cfslab_throttle', 'cfslab_policy', 'sched_migrate_task',
    'sched_switch', 'sched_waking', 'sched_wakeup', 'sched_wakeup_new', 'sched_process_fork', 'sched_process_exec',
    'sched_process_exit',
  ],
  /** As `full`, without the policy's own: for comparing a policy in shadow with a stock kernel. */
  stock: [
    'cfslab_can_migrate', 'cfslab_load_balance', 'cfslab_find_busiest', 'cfslab_select_rq', 'cfslab_preempt', 'cfslab_tick',
    'cfslab_place', 'cfslab_newidle', 'cfslab_nohz_kick', 'cfslab_throttle', 'sched_migrate_task', 'sched_switch',
    'sched_waking', 'sched_wakeup', 'sched_wakeup_new', 'sched_process_fork', 'sched_process_exec', 'sched_process_exit',
  ],
  ml: [
    'cfslab_can_migrate', 'cfslab_load_balance', 'cfslab_policy', 'sched_migrate_task', 'sched_process_fork',
    'sched_process_exit',
  ],
  none: ['sched_process_fork', 'sched_process_exit'],
} as const;
export type EventSet = keyof typeof EVENT_SETS;

export type Mode = RunFacts['mode'];
export type Place = Exclude<RunFacts['place'], 'sim'>;

/** What a guest, or the user's machine, is asked to do once. */
export interface RunSettings {
  readonly place: Place;
  /** A script of `kernel-validation/guest/workloads`. */
  readonly workload: string;
  readonly params: Readonly<Record<string, number | string | readonly number[]>>;
  /** Of workloads that end by time. */
  readonly durationMs: number;
  readonly events: EventSet;
  /** Trace buffer of each CPU. */
  readonly bufferKiB: number;
  readonly mode: Mode;
  /** The page of the model that is pushed before, as the kernel takes it. */
  readonly page: Uint8Array | null;
  /** The page of the model that takes over from it, pushed after it. */
  readonly standby: Uint8Array | null;
  readonly seed: number;
  readonly delayUs: number;
  /** sysctl_sched_migration_cost; null leaves the kernel's own, 500 µs. */
  readonly migrationCostNs: number | null;
  /** An rt-app profile, for the workload `rtapp`. */
  readonly rtapp: string | null;
  /** A shell script that is run in the workload's place. */
  readonly script: string | null;
  /** Pages that are pushed in turn, `times` in all, while the workload runs. */
  readonly pushes: { readonly times: number; readonly pages: readonly Uint8Array[] } | null;
  /** Pages that the kernel is to refuse, pushed after the workload. */
  readonly malformed: ReadonlyMap<string, Uint8Array>;
  /** Another mode while the workload runs. */
  readonly switchMode: { readonly mode: Mode; readonly afterMs: number } | null;
}

/** What a run is where nothing else is said. */
export const PLAIN_RUN: Omit<RunSettings, 'workload'> = {
  place: 'lab', params: {}, durationMs: 400, events: 'full', bufferKiB: 24_000, mode: 'off', page: null, standby: null, seed: 1, delayUs: 0,
  migrationCostNs: null, rtapp: null, script: null, pushes: null, malformed: new Map(), switchMode: null,
};

/**
 * All modes are written at one length, and no shell reads them: so user space does the same, instruction by instruction, in each.
 */
const MODE_WIDTH = 6;
/** Sizes of a run's own archive are multiples of that, so that a guest's memory looks the same whatever the settings. */
const ARCHIVE_STEP = 65_536;

/** The settings as the guest's scripts read them. */
export function runConf(settings: RunSettings): string {
  const { params, pushes, switchMode } = settings;
  const lines: (readonly [string, string | number])[] = [
    ['PLACE', settings.place],
    ['WORKLOAD', settings.workload],
    ['DURATION_MS', settings.durationMs],
    ['SEED', settings.seed],
    ['DELAY_US', settings.delayUs],
    ['EVENTS', EVENT_SETS[settings.events].join(' ')],
    ['BUFFER_KIB', settings.bufferKiB],
    ['MIGRATION_COST_NS', settings.migrationCostNs ?? ''],
    ['PUSHES', pushes === null ? '' : pushes.times],
    ['SWITCH_MS', switchMode === null ? '' : switchMode.afterMs],
    ...Object.entries(params).map(([name, value]) => [`P_${name}`, Array.isArray(value) ? value.join(' ') : String(value)] as const),
  ];
  return lines.map(([name, value]) => `${name}=${quoted(String(value))}\n`).join('');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The files of a run's directory, by their names in it. */
export function runFiles(settings: RunSettings): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>([
    ['run.conf', Buffer.from(runConf(settings))],
    ['mode', Buffer.from(settings.mode.padEnd(MODE_WIDTH))],
  ]);
  if (settings.switchMode !== null) files.set('switch-mode', Buffer.from(settings.switchMode.mode.padEnd(MODE_WIDTH)));
  if (settings.page !== null) files.set('model.page', settings.page);
  if (settings.standby !== null) files.set('standby.page', settings.standby);
  if (settings.rtapp !== null) files.set('rtapp.json', Buffer.from(settings.rtapp));
  if (settings.script !== null) files.set('workload.sh', Buffer.from(settings.script));
  settings.pushes?.pages.forEach((page, i) => files.set(`pages/${String(i).padStart(4, '0')}.page`, page));
  for (const [name, page] of settings.malformed) files.set(`malformed/${name}`, page);
  return files;
}

/** The archive that follows the guest's own: the run's directory, filled up to a size that does not tell settings apart. */
export function runArchive(settings: RunSettings): Buffer {
  const files = [...runFiles(settings)].map(([name, data]): CpioEntry => ({ path: `run/cfslab/${name}`, kind: 'file', data }));
  const folders = [...new Set(files.flatMap(({ path }) => parentsOf(path)))].map((path): CpioEntry => ({ path, kind: 'directory' }));
  const plain = cpioArchive([...folders, ...files]);
  // What a file of the filler adds to its own size: header, name and the rounding of the whole.
  const room = 1024;
  const size = Math.ceil((plain.length + room) / ARCHIVE_STEP) * ARCHIVE_STEP;
  const filler = { path: 'run/cfslab/filler', kind: 'file', data: Buffer.alloc(size - plain.length - room / 2) } as const;
  const archive = cpioArchive([...folders, ...files, filler]);
  return Buffer.concat([archive, Buffer.alloc(size - archive.length)]);
}
