import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../input/error.js';
import { readTextFile } from '../../input/json.js';
import { kindOf } from '../../input/kind.js';
import { readAffinities, withAffinities } from './affinities.js';
import { traceNotes } from './capture-notes.js';
import { readCgroups } from './cgroups.js';
import { numberGroups } from './group-ids.js';
import { readRunQueueStart } from './run-queue-start.js';
import { readThreads, withThreads } from './threads.js';
import { readFacts } from './capture-facts.js';
import type { BundleContents, DomainInfo } from '../tables/contents.js';
import { traceFacts, type LoneOptions } from './lone-trace.js';
import { decidingPolicy, readRunFile, RUN_FILE } from './measured-run.js';
import { inMemory, type Recording } from '../tables/recording.js';
import type { RowSink } from '../tables/row-sink.js';
import { parseSchedDebugfs, type DebugfsDomain, type SchedDebugfs } from './sched-debugfs.js';
import { diffSchedstat, isKnownSchedstat, parseSchedstat, type Schedstat } from './schedstat.js';
import { TextFile } from './text-lines.js';
import { readTraceSet } from '../collect/trace-set.js';

const TRACE_NAMES = ['trace.txt.gz', 'trace.txt.zst', 'trace.txt'] as const;
/** Small files that the contents are made of; their hashes are kept. */
const HASHED = ['affinities', 'manifest', RUN_FILE, 'sched_debugfs', 'schedstat.after', 'schedstat.before', 'sysctl', 'threads', 'topology', 'uname'] as const;
/** sd->level of 6.1's topology levels; NUMA levels follow. */
const LEVELS: ReadonlyMap<string, number> = new Map(
  Object.entries({ SMT: 0, CLS: 1, CLUSTER: 1, MC: 2, DIE: 3, PKG: 3, NUMA: 4 }),
);
const NO_DEBUGFS: SchedDebugfs = { features: [], knobs: {}, domains: [] };

/** The trace of a capture directory, or null where it is none. */
export function traceOf(directory: string): string | null {
  const name = TRACE_NAMES.find((candidate) => existsSync(join(directory, candidate)));
  return name === undefined ? null : join(directory, name);
}

/** Reads a capture directory into memory: see `readCaptureInto`. */
export function readCapture(directory: string, options: LoneOptions = {}): Promise<BundleContents> {
  return inMemory((sink) => readCaptureInto(directory, sink, options));
}

/**
 * Reads a capture directory, as the project's kernel makes them, or as `cfslab capture-script` does on a user's machine.
 * Only the trace must be there; what one of the other files would have told is not known then, and the notes say so.
 *
 * Dirty data: what `readTrace` drops, and what a trace cut at any byte lacks, is counted and said in the manifest; events
 * whose time goes back are sorted in. A malformed file is an error, as is a trace without events.
 *
 * @throws InputError naming file and line
 */
export async function readCaptureInto(directory: string, sink: RowSink, options: LoneOptions = {}): Promise<Recording> {
  if (kindOf(directory) !== 'directory') {
    throw new InputError(directory, '', 'a capture directory', 'no directory of that name');
  }
  const trace = traceOf(directory);
  if (trace === null) throw new InputError(directory, '', `a ${TRACE_NAMES.join(', ')} in it`, 'none of them');
  const notes: string[] = [];
  const debugfsFile = TextFile.ifThere(directory, 'sched_debugfs');
  if (debugfsFile === null) notes.push('there is no sched_debugfs: features, knobs and sched domains are not known');
  const debugfs = debugfsFile === null ? NO_DEBUGFS : parseSchedDebugfs(debugfsFile);
  const stat = readSchedstats(directory, notes);
  const named = readCgroups(directory);
  const affinities = readAffinities(directory);
  const threads = readThreads(directory);
  const run = readRunFile(directory);
  const facts = readFacts(directory, stat === null ? null : stat.after.jiffies - stat.before.jiffies);
  const cpus = options.cpus ?? facts.cpus ?? undefined;
  const topologyPath = join(directory, 'topology');
  const topologyFile = existsSync(topologyPath) ? readTextFile(topologyPath, 2 ** 20) : null;
  const runQueues = cpus === undefined ? [] : readRunQueueStart(directory, cpus);
  const set = await readTraceSet([trace], sink, { ...options, ...(cpus === undefined ? {} : { cpus }) });
  const { collected, summary, dirty } = set;
  const bufferLost = Math.max(facts.lostEvents, 0);
  dirty.add('lost', 'kept', 'events that the ring buffers lost', { file: 'trace_stats' }, bufferLost);
  const seen = collected.registry.finish();
  const { tasks: allowed, masks } = withAffinities(seen.tasks, seen.masks, affinities, cpus ?? collected.highestCpu + 1);
  const { groups: numbered, note } = numberGroups(named, collected.groups);
  const { tasks, groups } = withThreads(allowed, numbered, threads, seen.tasks.some(({ group }) => group > 0));
  if (note !== null) notes.push(note);

  const inputs: Record<string, string> = { [set.files[0]!.name]: set.files[0]!.sha256 };
  for (const name of HASHED) {
    const path = join(directory, name);
    if (existsSync(path)) inputs[name] = createHash('sha256').update(readFileSync(path)).digest('hex');
  }
  const traced = traceFacts(set);
  const manifest: Recording['manifest'] = {
    schema: 2,
    source: 'kernel',
    release: facts.release,
    hz: facts.hz,
    preemption: facts.preemption,
    topology: options.topology ?? facts.topology,
    cpus: cpus ?? collected.highestCpu + 1,
    sysctl: { ...facts.sysctl, ...knobsOf(debugfs.knobs) },
    features: debugfs.features,
    policy: decidingPolicy(run),
    workload: facts.workload,
    seed: facts.seed ?? run?.seed ?? null,
    ...(run === null ? {} : { run }),
    ...traced,
    ...(facts.quantumNs > 0 ? { quantumNs: facts.quantumNs } : {}),
    lostEvents: traced.lostEvents + bufferLost,
    inputs,
    ...(topologyFile === null ? {} : { topologyFile }),
    ...(runQueues.length === 0 ? {} : { runQueues }),
    ...(groups.length === 0 ? {} : { groups }),
    notes: [...notes, ...facts.notes, ...traceNotes(summary, collected, dirty, facts.traceMd5)],
  };
  const domains = domainsOf(debugfs.domains, stat?.after ?? null, collected.levels);
  const names = new Map(debugfs.domains.map(({ cpu, index, name }) => [`cpu${cpu}.domain${index}`, name]));
  const counters = stat === null ? {} : diffSchedstat(stat.before, stat.after, (domain) => names.get(domain));
  return { manifest, tasks, masks, domains, counters };
}

/** Both readings of schedstat; null where one is missing or is of another version, which is said in the notes. */
function readSchedstats(
  directory: string, notes: string[],
): { readonly before: Schedstat; readonly after: Schedstat } | null {
  const names = ['schedstat.before', 'schedstat.after'];
  const files = names.map((name) => TextFile.ifThere(directory, name));
  const lost = files.indexOf(null);
  if (lost >= 0) notes.push(`there is no ${names[lost]}: what the kernel counted is not known`);
  const [before, after] = files;
  if (before == null || after == null) return null;
  if (isKnownSchedstat(before) && isKnownSchedstat(after)) {
    return { before: parseSchedstat(before), after: parseSchedstat(after) };
  }
  notes.push(`${names[0]} is of ${before.lines[0]}, which is not understood: what the kernel counted is not known`);
  return null;
}

/** The migration cost is an unsigned int, and its −1 is printed so. */
function knobsOf(knobs: Readonly<Record<string, number>>): Record<string, number> {
  const cost = knobs['migration_cost_ns'];
  return cost === 0xffff_ffff ? { ...knobs, migration_cost_ns: -1 } : { ...knobs };
}

/** debugfs shows no level: it is taken from the trace where that tells it, else from the kernel's table of levels. */
function domainsOf(
  domains: readonly DebugfsDomain[], stat: Schedstat | null, seen: ReadonlyMap<string, number>,
): DomainInfo[] {
  let numa = 0;
  return domains.map((domain) => {
    numa = domain.name === 'NUMA' && domain.index > 0 ? numa : 0;
    const known = seen.get(domain.name) ?? LEVELS.get(domain.name) ?? domain.index;
    // A machine may have several NUMA levels, one above the other and all of one name.
    const level = domain.name === 'NUMA' ? known + numa++ : known;
    return {
      cpu: domain.cpu,
      level,
      name: domain.name,
      flags: domain.flags,
      span: stat?.spans.get(`cpu${domain.cpu}.domain${domain.index}`) ?? null,
      imbalancePct: domain.imbalancePct,
      cacheNiceTries: domain.cacheNiceTries,
      busyFactor: domain.busyFactor,
      minIntervalMs: domain.minIntervalMs,
      maxIntervalMs: domain.maxIntervalMs,
    };
  });
}
