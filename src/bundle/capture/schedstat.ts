import { cpusOfMask } from '../collect/task-registry.js';
import type { TextFile } from './text-lines.js';

/** The numbers of a `cpuN` line, in order; the second is a leftover and always 0. */
const CPU_FIELDS = [
  'yld_count', '', 'sched_count', 'sched_goidle', 'ttwu_count', 'ttwu_local', 'rq_cpu_time', 'run_delay', 'pcount',
] as const;

const LB_FIELDS = [
  'lb_count', 'lb_balanced', 'lb_failed', 'lb_imbalance', 'lb_gained', 'lb_hot_gained', 'lb_nobusyq', 'lb_nobusyg',
] as const;
/** In the order of enum cpu_idle_type, which is that of a `domainN` line. */
const IDLE_TYPES = ['idle', 'not_idle', 'newly_idle'] as const;
const DOMAIN_TAIL = [
  'alb_count', 'alb_failed', 'alb_pushed', 'sbe_count', 'sbe_balanced', 'sbe_pushed', 'sbf_count', 'sbf_balanced',
  'sbf_pushed', 'ttwu_wake_remote', 'ttwu_move_affine', 'ttwu_move_balance',
] as const;

/** The numbers of a `domainN` line after its mask: eight for each idle type, then twelve. */
const DOMAIN_FIELDS: readonly string[] = [
  ...IDLE_TYPES.flatMap((idle) => LB_FIELDS.map((field) => `${idle}.${field}`)),
  ...DOMAIN_TAIL,
];

export interface Schedstat {
  readonly jiffies: number;
  /** By name: `cpu0.ttwu_count`, `cpu0.domain1.newly_idle.lb_count`. */
  readonly counters: ReadonlyMap<string, number>;
  /** CPUs of a domain, by `cpu0.domain1`. */
  readonly spans: ReadonlyMap<string, readonly number[]>;
}

/** Whether it is of the version that 6.1 prints; later kernels' numbers mean other things. */
export function isKnownSchedstat(file: TextFile): boolean {
  return !/^version (?!15$)\d+$/.test(file.lines[0] ?? '');
}

/** Reads /proc/schedstat, version 15. @throws InputError naming the line that is malformed */
export function parseSchedstat(file: TextFile): Schedstat {
  if (file.lines[0] !== 'version 15') throw file.error(0, '`version 15`');
  const stamp = /^timestamp (\d{1,15})$/.exec(file.lines[1] ?? '');
  if (stamp === null) throw file.error(1, '`timestamp N`');
  const counters = new Map<string, number>();
  const spans = new Map<string, readonly number[]>();
  let cpu = '';
  for (let i = 2; i < file.lines.length; i += 1) {
    const [name, ...rest] = file.lines[i]!.trim().split(/\s+/) as [string, ...string[]];
    if (/^cpu\d{1,5}$/.test(name)) {
      cpu = name;
      if (counters.has(`${cpu}.${CPU_FIELDS[0]}`)) throw file.error(i, 'each CPU once');
      addFields(file, i, cpu, CPU_FIELDS, rest, counters);
    } else if (/^domain\d{1,2}$/.test(name)) {
      if (cpu === '') throw file.error(i, 'a `cpuN` line before the first domain');
      const [mask, ...values] = rest;
      if (mask === undefined || !/^[0-9a-f]+(,[0-9a-f]+)*$/.test(mask)) throw file.error(i, 'a mask of CPUs');
      spans.set(`${cpu}.${name}`, cpusOfMask(mask));
      addFields(file, i, `${cpu}.${name}`, DOMAIN_FIELDS, values, counters);
    } else {
      throw file.error(i, 'a line of a CPU or a domain');
    }
  }
  if (cpu === '') throw file.error(file.lines.length, 'a `cpuN` line');
  return { jiffies: Number(stamp[1]), counters, spans };
}

function addFields(
  file: TextFile,
  line: number,
  owner: string,
  names: readonly string[],
  values: readonly string[],
  into: Map<string, number>,
): void {
  if (values.length !== names.length) throw file.error(line, `${names.length} numbers`);
  names.forEach((name, i) => {
    if (!/^\d{1,20}$/.test(values[i]!)) throw file.error(line, 'non-negative integers');
    if (name !== '') into.set(`${owner}.${name}`, Number(values[i]));
  });
}

/**
 * What was counted between two readings: each counter of each CPU and domain, and its sums: `ttwu_count` over CPUs,
 * `MC.newly_idle.lb_count` over the domains of a name.
 *
 * @param nameOf the name of a domain such as `cpu0.domain1`; where it knows none, no sum is made
 */
export function diffSchedstat(
  before: Schedstat,
  after: Schedstat,
  nameOf: (domain: string) => string | undefined,
): Record<string, number> {
  const counters: Record<string, number> = {};
  const sums: Record<string, number> = {};
  for (const [name, value] of after.counters) {
    const difference = value - (before.counters.get(name) ?? 0);
    counters[name] = difference;
    const match = /^(cpu\d+)(\.domain\d+)?\.(.+)$/.exec(name)!;
    const owner = match[2] === undefined ? '' : nameOf(`${match[1]}${match[2]}`);
    if (owner === undefined) continue;
    const sum = owner === '' ? match[3]! : `${owner}.${match[3]}`;
    sums[sum] = (sums[sum] ?? 0) + difference;
  }
  return { ...sums, ...counters };
}
