import { InputError } from '../../src/input/error.js';
import { DEFAULT_FEATURES, type SchedFeatures, type Sysctl } from '../../src/sim/kernel/config.js';

/** A sched domain as a capture's `sched_debugfs` shows it. */
export interface CapturedDomain {
  readonly cpu: number;
  /** Place in the CPU's chain, 0 the lowest. Not sd->level. */
  readonly index: number;
  readonly name: string;
  readonly flags: readonly string[];
  readonly imbalancePct: number;
  readonly cacheNiceTries: number;
  readonly busyFactor: number;
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  /** ns, when the capture was made. */
  readonly maxNewidleLbCost: number;
}

/** A capture's `sched_debugfs`: /sys/kernel/debug/sched when the capture was made. */
export interface CapturedDebugfs {
  /** By name, without NO_. */
  readonly features: Readonly<Record<string, boolean>>;
  /** Every other value of the folder itself that is a number: `latency_ns` and such. */
  readonly values: Readonly<Record<string, number>>;
  /** By CPU, and from the lowest up. */
  readonly domains: readonly CapturedDomain[];
}

interface Entry {
  readonly line: string;
  readonly value: string;
}

const NEEDED_VALUES = ['latency_ns', 'min_granularity_ns', 'wakeup_granularity_ns', 'migration_cost_ns', 'nr_migrate'];
const DOMAIN = /^domains\/cpu(\d{1,4})\/domain(\d{1,2})\/([a-z_]+)$/;

/**
 * Reads the `sched_debugfs` file of a capture: lines `PATH: VALUE`.
 * @throws InputError naming the line, where one is malformed, repeated, or where a field is missing
 */
export function parseCaptureDebugfs(text: string, file: string): CapturedDebugfs {
  const features: Array<[string, boolean]> = [];
  const values: Array<[string, number]> = [];
  const seen = new Set<string>();
  const domains: Array<Array<Map<string, Entry>>> = [];
  text.split('\n').forEach((content, index) => {
    if (content.trim() === '') return;
    const line = `line ${index + 1}`;
    const parts = /^([A-Za-z0-9_/]+):(?: (.*))?$/.exec(content);
    if (parts === null) throw new InputError(file, line, 'NAME: VALUE', content);
    const name = parts[1]!;
    const value = (parts[2] ?? '').trim();
    if (seen.has(name)) throw new InputError(file, line, 'each name once', `${name} once more`);
    seen.add(name);
    if (name === 'features') features.push(...readFeatures(value));
    else if (name.startsWith('domains/')) addDomainField(domains, name, { line, value }, file);
    else if (/^-?\d{1,15}$/.test(value)) values.push([name, Number(value)]);
  });
  if (!seen.has('features')) throw new InputError(file, 'features', 'the scheduler features', 'nothing');
  const read = Object.fromEntries(values);
  for (const name of NEEDED_VALUES) if (!Object.hasOwn(read, name)) throw new InputError(file, name, 'a number', 'nothing');
  return { features: Object.fromEntries(features), values: read, domains: readDomains(domains, file) };
}

function readFeatures(value: string): Array<[string, boolean]> {
  const words = value.split(' ').filter((word) => word !== '');
  return words.map((word) => (word.startsWith('NO_') ? [word.slice(3), false] : [word, true]));
}

function addDomainField(domains: Array<Array<Map<string, Entry>>>, name: string, entry: Entry, file: string): void {
  const parts = DOMAIN.exec(name);
  if (parts === null) throw new InputError(file, entry.line, 'domains/cpuN/domainM/FIELD', name);
  const ofCpu = (domains[Number(parts[1])] ??= []);
  (ofCpu[Number(parts[2])] ??= new Map<string, Entry>()).set(parts[3]!, entry);
}

function readDomains(domains: ReadonlyArray<ReadonlyArray<ReadonlyMap<string, Entry>>>, file: string): CapturedDomain[] {
  const result: CapturedDomain[] = [];
  for (let cpu = 0; cpu < domains.length; cpu++) {
    const ofCpu = domains[cpu] ?? [];
    for (let index = 0; index < ofCpu.length; index++) {
      const place = `domains/cpu${cpu}/domain${index}`;
      const fields = ofCpu[index];
      if (fields === undefined) throw new InputError(file, place, 'the domain below the next one', 'nothing');
      result.push(readDomain(cpu, index, fields, file, place));
    }
  }
  return result;
}

function readDomain(
  cpu: number,
  index: number,
  fields: ReadonlyMap<string, Entry>,
  file: string,
  place: string,
): CapturedDomain {
  const text = (field: string): Entry => {
    const entry = fields.get(field);
    if (entry === undefined) throw new InputError(file, `${place}/${field}`, 'a value', 'nothing');
    return entry;
  };
  const number = (field: string): number => {
    const { line, value } = text(field);
    if (!/^\d{1,15}$/.test(value)) throw new InputError(file, `${line}, ${field}`, 'a number', value);
    return Number(value);
  };
  const flags = text('flags');
  const words = flags.value.split(' ').filter((word) => word !== '');
  const stranger = words.find((word) => !/^SD_[A-Z_]+$/.test(word));
  if (stranger !== undefined) throw new InputError(file, `${flags.line}, flags`, 'names of flags, SD_…', stranger);
  return {
    cpu,
    index,
    name: text('name').value,
    flags: words,
    imbalancePct: number('imbalance_pct'),
    cacheNiceTries: number('cache_nice_tries'),
    busyFactor: number('busy_factor'),
    minIntervalMs: number('min_interval'),
    maxIntervalMs: number('max_interval'),
    maxNewidleLbCost: number('max_newidle_lb_cost'),
  };
}

/** The sysctls in force in a capture; what debugfs does not show is taken from `base`. */
export function capturedSysctl(captured: CapturedDebugfs, base: Sysctl): Sysctl {
  const { values } = captured;
  // debugfs prints the kernel's −1, "every task is hot", as the unsigned number that it is stored as.
  const migration_cost_ns = values['migration_cost_ns'] === 2 ** 32 - 1 ? -1 : values['migration_cost_ns']!;
  const value = (name: keyof Sysctl, fallback: number): number => values[name] ?? fallback;
  return {
    ...base,
    latency_ns: value('latency_ns', base.latency_ns),
    min_granularity_ns: value('min_granularity_ns', base.min_granularity_ns),
    idle_min_granularity_ns: value('idle_min_granularity_ns', base.idle_min_granularity_ns),
    wakeup_granularity_ns: value('wakeup_granularity_ns', base.wakeup_granularity_ns),
    migration_cost_ns,
    nr_migrate: value('nr_migrate', base.nr_migrate),
  };
}

/** The features in force in a capture, as far as the model has them. */
export function capturedFeatures(captured: CapturedDebugfs): SchedFeatures {
  const features: Record<string, boolean> = { ...DEFAULT_FEATURES };
  for (const name of Object.keys(DEFAULT_FEATURES)) {
    if (Object.hasOwn(captured.features, name)) features[name] = captured.features[name]!;
  }
  return features as unknown as SchedFeatures;
}
