import { basename, resolve } from 'node:path';
import { InputError } from '../../input/error.js';
import { TextFile } from './text-lines.js';

/** What the small files of a capture say about the machine and the run. */
export interface CaptureFacts {
  readonly release: string;
  /** 0 where nothing says so. */
  readonly hz: number;
  readonly preemption: string;
  /** Topology mode: `pvt8`. */
  readonly topology: string;
  /** Of an emulated machine whose CPUs take turns, ns; 0: not known to be one. */
  readonly quantumNs: number;
  /** null where nothing says so. */
  readonly cpus: number | null;
  readonly sysctl: Readonly<Record<string, number>>;
  /** Name and arguments of the workload. */
  readonly workload: string;
  readonly seed: number | null;
  /** Events that the ring buffers lost; −1 where nothing says so. */
  readonly lostEvents: number;
  /** md5 of the unpacked trace that the capture's manifest states, or ''. */
  readonly traceMd5: string;
  readonly notes: readonly string[];
}

const COMMON_HZ = [100, 250, 300, 1000] as const;

/**
 * Reads `uname`, `topology`, `manifest`, `sysctl`, `trace_stats` and `kconfig` (there or in the directory above), as far as
 * they are there; what the others would have told is not known then, and the notes say so. HZ is taken from `uptime` where
 * there is no kconfig.
 *
 * @param jiffies how many passed between the two readings of schedstat, for HZ where no kconfig tells it; null: not known
 * @throws InputError naming file and line, where one is malformed
 */
export function readFacts(directory: string, jiffies: number | null): CaptureFacts {
  const notes: string[] = [];
  const read = <T>(name: string, of: (file: TextFile) => T, otherwise: T, unknown: string): T => {
    const file = TextFile.ifThere(directory, name);
    if (file !== null) return of(file);
    notes.push(`there is no ${name}: ${unknown} not known`);
    return otherwise;
  };
  const nameless = { topology: 'unknown', quantumNs: 0, workload: basename(resolve(directory)), seed: null, traceMd5: '' };
  const run = read('manifest', (file) => parseRun(file, notes), nameless, 'the workload and its seed are');
  const kconfig = TextFile.ifThere(directory, 'kconfig') ?? TextFile.ifThere(`${directory}/..`, 'kconfig');
  const hz = (kconfig === null ? null : hzOf(kconfig)) ?? hzFromJiffies(directory, jiffies);
  if (kconfig === null) {
    const what = hz === 0 ? 'HZ and the preemption model are' : `HZ ${hz} is jiffies by uptime, and the preemption model is`;
    notes.push(`there is no kconfig: ${what} not known`);
  }
  return {
    release: read('uname', releaseOf, 'unknown', 'the kernel is'),
    hz,
    preemption: kconfig === null ? 'unknown' : preemptionOf(kconfig),
    cpus: read('topology', countCpus, null, 'the topology is'),
    sysctl: read('sysctl', parseSysctl, {}, 'sysctls are'),
    lostEvents: countLost(TextFile.ifThere(directory, 'trace_stats'), notes),
    ...run,
    notes,
  };
}

function releaseOf(file: TextFile): string {
  const match = /^\S+ \S+ (\S+)/.exec(file.lines[0] ?? '');
  if (match === null) throw file.error(0, 'the output of `uname -a`');
  return match[1]!;
}

/** A line for each CPU, in any order: a shell lists cpu10 before cpu2. */
function countCpus(file: TextFile): number {
  const seen = new Set<number>();
  file.lines.forEach((line, i) => {
    if (line.startsWith('/sys/devices/system/node/')) return;
    const match = /^cpu(\d{1,5}) core=-?\d+ pkg=-?\d+ /.exec(line);
    if (match === null || seen.has(Number(match[1]))) throw file.error(i, 'a line `cpuN core=… pkg=…` for each CPU');
    seen.add(Number(match[1]));
  });
  for (let cpu = 0; cpu < Math.max(1, seen.size); cpu++) {
    if (!seen.has(cpu)) throw file.error(cpu, `\`cpu${cpu} core=… pkg=…\``);
  }
  return seen.size;
}

/** `/proc/sys/kernel/sched_child_runs_first:0` is child_runs_first, as in the simulator's profiles. */
function parseSysctl(file: TextFile): Record<string, number> {
  const sysctl: Record<string, number> = {};
  file.lines.forEach((line, i) => {
    const match = /^\/proc\/sys\/kernel\/(?:sched_)?([A-Za-z0-9_]+):\s*(-?\d{1,15})$/.exec(line);
    if (match === null) throw file.error(i, '`/proc/sys/kernel/name:number`');
    sysctl[match[1]!] = Number(match[2]);
  });
  return sysctl;
}

function parseRun(file: TextFile, notes: string[]): Pick<CaptureFacts, 'topology' | 'quantumNs' | 'workload' | 'seed' | 'traceMd5'> {
  const text = file.lines.join('\n');
  const run = /^run: cfslab: wl=(\S+) (.*)$/m.exec(text);
  if (run === null) throw file.error(file.lines.length, 'a line `run: cfslab: wl=…`');
  const seed = /\bseed=(\d{1,10})\b/.exec(run[2]!);
  const cut = /^cut: .*$/m.exec(text);
  if (cut !== null) notes.push(`${cut[0]}; counters.json covers the whole run, not the cut`);
  const args = /\bdur=\S+/.exec(run[2]!)?.[0] ?? '';
  const env = /cfslab\.env=(\S*?)(?: -serial|\s|$)/.exec(text.replaceAll('\\', ''))?.[1] ?? '';
  return {
    topology: /^mode=(\S+)/m.exec(text)?.[1] ?? 'unknown',
    quantumNs: Number(/^mode=.*\bquantum_ns=(\d{1,9})\b/m.exec(text)?.[1] ?? 0),
    workload: [run[1], args, env === '' ? '' : `env=${env}`].filter((part) => part !== '').join(' '),
    seed: seed === null ? null : Number(seed[1]),
    traceMd5: /^trace\.txt md5: ([0-9a-f]{32})$/m.exec(text)?.[1] ?? '',
  };
}

function countLost(file: TextFile | null, notes: string[]): number {
  if (file === null) {
    notes.push('there is no trace_stats: events that the ring buffers lost are not known');
    return -1;
  }
  let lost = 0;
  file.lines.forEach((line, i) => {
    const match = /\boverrun: (\d{1,15}) commit overrun: (\d{1,15}) .*dropped events: (\d{1,15})\b/.exec(line);
    if (match === null) throw file.error(i, '`cpuN entries: … overrun: … dropped events: …`');
    lost += Number(match[1]) + Number(match[2]) + Number(match[3]);
  });
  return lost;
}

function hzOf(kconfig: TextFile): number | null {
  const line = kconfig.lines.find((text) => text.startsWith('CONFIG_HZ='));
  return line !== undefined && /^CONFIG_HZ=[1-9]\d{0,4}$/.test(line) ? Number(line.slice('CONFIG_HZ='.length)) : null;
}

function preemptionOf(kconfig: TextFile): string {
  const on = (name: string): boolean => kconfig.lines.includes(`CONFIG_${name}=y`);
  if (on('PREEMPT_DYNAMIC')) return 'dynamic';
  if (on('PREEMPT_RT')) return 'rt';
  if (on('PREEMPT')) return 'full';
  return on('PREEMPT_VOLUNTARY') ? 'voluntary' : 'none';
}

/** `uptime` holds the seconds at start and end; the nearest usual HZ is taken. 0 where that cannot be told. */
function hzFromJiffies(directory: string, jiffies: number | null): number {
  const file = TextFile.ifThere(directory, 'uptime');
  if (file === null || jiffies === null) return 0;
  const match = /^(\d+(?:\.\d+)?) (\d+(?:\.\d+)?)$/.exec(file.lines[0] ?? '');
  const seconds = match === null ? -1 : Number(match[2]) - Number(match[1]);
  if (seconds < 0) throw file.error(0, 'the seconds at start and end');
  if (jiffies < 0) {
    const expected = 'a time stamp after that of schedstat.before';
    throw new InputError(`${directory}/schedstat.after`, 'line 2', expected, `${jiffies} jiffies later`);
  }
  // The two are read in steps of 10 ms, and of a jiffy.
  if (seconds === 0 || jiffies === 0) return 0;
  const rate = jiffies / seconds;
  return COMMON_HZ.reduce((best, hz) => (Math.abs(hz - rate) < Math.abs(best - rate) ? hz : best));
}
