import type { TextFile } from './text-lines.js';

/** One domain as /sys/kernel/debug/sched/domains shows it. */
export interface DebugfsDomain {
  readonly cpu: number;
  /** Its place in the CPU's chain, from 0; not sd->level. */
  readonly index: number;
  readonly name: string;
  readonly flags: readonly string[];
  readonly imbalancePct: number;
  readonly cacheNiceTries: number;
  readonly busyFactor: number;
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
}

export interface SchedDebugfs {
  /** As printed: a feature that is off has `NO_` before its name. */
  readonly features: readonly string[];
  /** The numbers by name: latency_ns, migration_cost_ns, … */
  readonly knobs: Readonly<Record<string, number>>;
  /** By CPU, then from the lowest domain up. */
  readonly domains: readonly DebugfsDomain[];
}

const DOMAIN = /^domains\/cpu(\d{1,5})\/domain(\d{1,2})\/([a-z_]+)$/;
const NUMBERS = ['busy_factor', 'cache_nice_tries', 'imbalance_pct', 'max_interval', 'min_interval'] as const;

/**
 * Reads a capture's `sched_debugfs`: `name: value` for each file below /sys/kernel/debug/sched.
 *
 * @throws InputError naming the line that is malformed or the domain that lacks a field
 */
export function parseSchedDebugfs(file: TextFile): SchedDebugfs {
  let features: readonly string[] | null = null;
  const knobs: Record<string, number> = {};
  const domains = new Map<string, { readonly line: number; readonly fields: Map<string, string> }>();
  file.lines.forEach((line, i) => {
    const colon = line.indexOf(': ') < 0 ? line.indexOf(':') : line.indexOf(': ');
    if (colon <= 0) throw file.error(i, '`name: value`');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name === 'features') {
      features = value.split(/\s+/).filter((feature) => feature !== '');
    } else if (name.startsWith('domains/')) {
      const match = DOMAIN.exec(name);
      if (match === null) throw file.error(i, '`domains/cpuN/domainN/field`');
      const key = `${Number(match[1])} ${Number(match[2])}`;
      let domain = domains.get(key);
      if (domain === undefined) domains.set(key, (domain = { line: i, fields: new Map() }));
      if ((NUMBERS as readonly string[]).includes(match[3]!) && !/^\d{1,9}$/.test(value)) throw file.error(i, 'a number');
      domain.fields.set(match[3]!, value);
    } else if (/^-?\d{1,15}$/.test(value)) {
      knobs[name] = Number(value);
    } else if (/^-?\d+$/.test(value)) {
      throw file.error(i, 'a number of at most 15 digits');
    }
  });
  if (features === null) throw file.error(file.lines.length, 'a line `features: …`');
  const built = [...domains].map(([key, { line, fields }]) => buildDomain(file, key, line, fields));
  built.sort((a, b) => a.cpu - b.cpu || a.index - b.index);
  return { features, knobs, domains: built };
}

function buildDomain(file: TextFile, key: string, line: number, fields: ReadonlyMap<string, string>): DebugfsDomain {
  const [cpu, index] = key.split(' ').map(Number);
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw file.error(line, `a field ${name} of cpu${cpu}/domain${index}, whose first line this is`);
    return value;
  };
  return {
    cpu: cpu!,
    index: index!,
    name: field('name'),
    flags: field('flags').split(/\s+/).filter((flag) => flag !== ''),
    imbalancePct: Number(field('imbalance_pct')),
    cacheNiceTries: Number(field('cache_nice_tries')),
    busyFactor: Number(field('busy_factor')),
    minIntervalMs: Number(field('min_interval')),
    maxIntervalMs: Number(field('max_interval')),
  };
}
