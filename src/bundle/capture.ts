import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../input/error.js';
import { kindOf } from '../input/kind.js';
import { traceNotes } from './capture-notes.js';
import { readCgroups } from './cgroups.js';
import { readFacts } from './capture-facts.js';
import type { BundleContents, DomainInfo, Manifest } from './contents.js';
import { rowsOf } from './rows-of.js';
import { parseSchedDebugfs, type DebugfsDomain } from './sched-debugfs.js';
import { diffSchedstat, parseSchedstat, type Schedstat } from './schedstat.js';
import { TextFile } from './text-lines.js';
import { TraceCollector } from './trace-collector.js';
import { readTrace } from './trace/reader.js';

const TRACE_NAMES = ['trace.txt.gz', 'trace.txt'] as const;
/** Small files that the contents are made of; their hashes are kept. */
const HASHED = ['manifest', 'sched_debugfs', 'schedstat.after', 'schedstat.before', 'sysctl', 'topology', 'uname'] as const;
/** sd->level of 6.1's topology levels; NUMA levels follow. */
const LEVELS: Readonly<Record<string, number>> = { SMT: 0, CLS: 1, CLUSTER: 1, MC: 2, DIE: 3, PKG: 3, NUMA: 4 };

/** The trace of a capture directory, or null where it is none. */
export function traceOf(directory: string): string | null {
  const name = TRACE_NAMES.find((candidate) => existsSync(join(directory, candidate)));
  return name === undefined ? null : join(directory, name);
}

/**
 * Reads a capture directory, as the project's kernel makes them, into memory.
 *
 * Dirty data: what `readTrace` drops, and what a trace cut at any byte lacks, is counted and said in the notes; events
 * whose time goes back are sorted in. A missing or malformed file is an error, as is a trace without events.
 *
 * @throws InputError naming file and line
 */
export async function readCapture(directory: string): Promise<BundleContents> {
  if (kindOf(directory) !== 'directory') {
    throw new InputError(directory, '', 'a capture directory', 'no directory of that name');
  }
  const trace = traceOf(directory);
  if (trace === null) throw new InputError(directory, '', 'a trace.txt.gz or trace.txt in it', 'neither');
  const debugfs = parseSchedDebugfs(new TextFile(directory, 'sched_debugfs'));
  const before = parseSchedstat(new TextFile(directory, 'schedstat.before'));
  const after = parseSchedstat(new TextFile(directory, 'schedstat.after'));
  const groups = readCgroups(directory);
  const facts = readFacts(directory, after.jiffies - before.jiffies);

  const collector = new TraceCollector();
  const summary = await readTrace(trace, collector.handlers);
  if (summary.events === 0) throw new InputError(trace, '', 'a trace with events', `none in ${summary.lines} lines`);
  const collected = collector.finish();
  const { tables, instrument, registry } = collected;
  const { tasks, masks } = registry.finish();

  const inputs: Record<string, string> = { [trace.slice(directory.length).replace(/^\/+/, '')]: summary.sha256 };
  for (const name of HASHED) inputs[name] = createHash('sha256').update(readFileSync(join(directory, name))).digest('hex');
  const mark = (text: string): number | undefined => collected.marks.find(([, what]) => what === text)?.[0];
  const startNs = mark('cfslab_start');
  const endNs = mark('cfslab_end');
  const manifest: Manifest = {
    schema: 2,
    source: 'kernel',
    release: facts.release,
    hz: facts.hz,
    preemption: facts.preemption,
    topology: facts.topology,
    cpus: facts.cpus,
    sysctl: { ...facts.sysctl, ...knobsOf(debugfs.knobs) },
    features: debugfs.features,
    policy: { name: 'stock', params: {}, hash: '' },
    workload: facts.workload,
    seed: facts.seed,
    clockResolutionNs: collected.resolutionNs,
    durationNs: collected.durationNs,
    lostEvents: Math.max(facts.lostEvents, 0) + summary.lostInTrace,
    inputs,
    firstTimestampNs: collected.firstTimestampNs,
    ...(startNs === undefined ? {} : { startNs }),
    ...(endNs === undefined ? {} : { endNs }),
    ...(groups.length === 0 ? {} : { groups }),
    rows: rowsOf(tables, instrument),
    notes: [...facts.notes, ...traceNotes(summary, collected, facts.traceMd5)],
  };
  const domains = domainsOf(debugfs.domains, after, collected.levels);
  const names = new Map(debugfs.domains.map(({ cpu, index, name }) => [`cpu${cpu}.domain${index}`, name]));
  const counters = diffSchedstat(before, after, (domain) => names.get(domain));
  return { manifest, tables, instrument, tasks, masks, domains, counters };
}

/** The migration cost is an unsigned int, and its −1 is printed so. */
function knobsOf(knobs: Readonly<Record<string, number>>): Record<string, number> {
  const cost = knobs['migration_cost_ns'];
  return cost === 0xffff_ffff ? { ...knobs, migration_cost_ns: -1 } : { ...knobs };
}

/** debugfs shows no level: it is taken from the trace where that tells it, else from the kernel's table of levels. */
function domainsOf(domains: readonly DebugfsDomain[], stat: Schedstat, seen: ReadonlyMap<string, number>): DomainInfo[] {
  let numa = 0;
  return domains.map((domain) => {
    numa = domain.name === 'NUMA' && domain.index > 0 ? numa : 0;
    const known = seen.get(domain.name) ?? LEVELS[domain.name] ?? domain.index;
    // A machine may have several NUMA levels, one above the other and all of one name.
    const level = domain.name === 'NUMA' ? known + numa++ : known;
    return {
      cpu: domain.cpu,
      level,
      name: domain.name,
      flags: domain.flags,
      span: stat.spans.get(`cpu${domain.cpu}.domain${domain.index}`) ?? null,
      imbalancePct: domain.imbalancePct,
      cacheNiceTries: domain.cacheNiceTries,
      busyFactor: domain.busyFactor,
      minIntervalMs: domain.minIntervalMs,
      maxIntervalMs: domain.maxIntervalMs,
    };
  });
}
