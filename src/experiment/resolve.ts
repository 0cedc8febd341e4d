import { existsSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { InputError } from '../input/error.js';
import { MAX_JSON_BYTES, parseJson, readTextFile } from '../input/json.js';
import type { MachineProfile } from '../sim/profile.js';
import type { Workload } from '../sim/programs/program.js';
import { readParams } from '../workloads/generators/params.js';
import { generatorNames } from '../workloads/registry.js';
import { withMemory } from '../workloads/replay/memory.js';
import { REPLAY_PARAMS, type ReplayEnds } from '../workloads/replay/params.js';
import { looksLikeRtApp, readRtApp } from '../workloads/rtapp/index.js';
import { buildWorkload } from './build-workload.js';
import { missingMachine, readMachine, withSettings, type MachineSpec, type TopologyEdit } from './machine.js';
import type { ParamValue, ResolvedScenario, WorkloadSource } from './resolved.js';
import { checkScenario, type ScenarioSpec } from './schema/scenario.js';
import { settingsOf, type Setting } from './settings.js';

/** What the command line adds to a scenario, or says instead of it. */
export interface ScenarioRequest {
  readonly machine?: string | undefined;
  /** Numbers of the machine's compact topology that are changed. */
  readonly topology?: TopologyEdit;
  /** Seconds of simulated time. */
  readonly durationSeconds?: number | undefined;
  readonly settings?: readonly Setting[];
  readonly params?: Readonly<Record<string, ParamValue>>;
  readonly seeds?: readonly number[] | undefined;
}

/** Where neither scenario nor command says how long: a workload that goes on for ever, and one that ends. */
const DEFAULT_ENDLESS_NS = 2e9;
const DEFAULT_ENDING_NS = 60e9;
const DEFAULT_SEEDS = 5;

/**
 * Looks up everything that a scenario names.
 *
 * @param text a scenario file, an rt-app file, a bundle or capture directory, or the name of a generator
 * @throws InputError naming the file and field that is wrong
 */
export async function resolveScenario(text: string, request: ScenarioRequest): Promise<ResolvedScenario> {
  const status = text.includes('\0') ? undefined : statSync(text, { throwIfNoEntry: false });
  if (status?.isDirectory()) {
    const name = labelOf(basename(text.replace(/[/\\]+$/, '')));
    return finish(bare(name, { capture: text }), text, '', request);
  }
  if (status !== undefined) {
    const content = readTextFile(text, MAX_JSON_BYTES);
    if (looksLikeRtApp(content)) return finish(bare(labelOf(basename(text, '.json')), { rtapp: text }), text, '', request);
    return finish(checkScenario(parseJson(content, text), text), text, dirname(text), request);
  }
  if (!generatorNames().includes(text)) {
    throw new InputError('scenario', '', `a file, a directory or one of ${generatorNames().join(', ')}`, text);
  }
  return finish(bare(text, { generator: text }), text, '', request);
}

function bare(name: string, workload: ScenarioSpec['workload']): ScenarioSpec {
  return { name, workload };
}

/** A name for results and paths, made of a file's. */
function labelOf(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 64) || 'scenario';
}

/** A workload, the machine it suggests, and how long it takes. */
interface Found {
  readonly workload: WorkloadSource;
  readonly machine: MachineProfile | null;
  readonly durationNs: number | null;
  readonly notes: readonly string[];
}

async function finish(
  spec: ScenarioSpec,
  source: string,
  folder: string,
  request: ScenarioRequest,
): Promise<ResolvedScenario> {
  const named = namedMachine(spec, source, folder, request);
  const found = await findWorkload(spec, source, folder, request, named);
  const base = named ?? found.machine;
  if (base === null) throw missingMachine(source);
  const settings = [...settingsOf(spec.overrides, source), ...(request.settings ?? [])];
  const machineSpec = request.machine ?? (spec.machine === undefined ? null : besides(spec.machine, folder));
  const { profile, changes } = withSettings(base, settings);
  const part = {
    name: spec.name,
    source,
    workload: found.workload,
    groups: spec.groups ?? [],
    tasks: spec.tasks ?? [],
    profile,
  };
  const seeds = request.seeds ?? seedsOf(spec);
  // Built once here, so that what is wrong with it is said before anything runs.
  const { ends, unit } = buildWorkload(part, seeds[0]!);
  return {
    ...part,
    changes,
    machineSpec,
    errorPercent: profile.calibrationErrorPercent ?? null,
    unit,
    durationNs: durationOf(spec, request, found, ends),
    seeds,
    policies: spec.policies ?? [],
    notes: found.notes,
  };
}

function namedMachine(spec: ScenarioSpec, source: string, folder: string, request: ScenarioRequest): MachineProfile | null {
  const named = request.machine ?? (spec.machine === undefined ? undefined : besides(spec.machine, folder));
  if (named !== undefined) return readMachine(named, request.machine === undefined ? source : '--machine', request.topology);
  if (request.topology !== undefined && Object.keys(request.topology).length > 0) throw missingMachine(source);
  return null;
}

/** A path in a scenario file is relative to it; a name stays one. */
function besides(spec: MachineSpec, folder: string): MachineSpec {
  if (typeof spec !== 'string' || isAbsolute(spec)) return spec;
  const path = join(folder, spec);
  return existsSync(path) && statSync(path).isFile() ? path : spec;
}

async function findWorkload(
  spec: ScenarioSpec,
  source: string,
  folder: string,
  request: ScenarioRequest,
  machine: MachineProfile | null,
): Promise<Found> {
  const { generator, rtapp, capture } = spec.workload;
  const extra = Object.keys(request.params ?? {});
  if (rtapp !== undefined && extra.length > 0) {
    throw new InputError('--param', extra[0]!, 'a scenario whose workload is a generator or a recording', source);
  }
  if (generator !== undefined) {
    if (!generatorNames().includes(generator)) {
      throw new InputError(source, 'workload.generator', `one of ${generatorNames().join(', ')}`, generator);
    }
    const params = { ...spec.workload.params, ...request.params };
    return { workload: { kind: 'generator', generator, params }, machine: null, durationNs: null, notes: [] };
  }
  if (rtapp !== undefined) {
    if (machine === null) throw missingMachine(source);
    const read = readRtApp(join(folder, rtapp), machine.topology.cpus.length);
    return { workload: fixed('rtapp', read.workload), machine: null, durationNs: read.durationNs, notes: read.notes };
  }
  // Only here, as it brings the database with it, which takes longer to load than a short run takes.
  const { openCapture } = await import('./capture-source.js');
  const given = { ...spec.workload.params, ...request.params };
  const { workingSetKiB, touchRate, ends } = readParams(
    REPLAY_PARAMS, given, { cpus: machine?.topology.cpus.length ?? 1, seed: 0 }, extra.length > 0 ? '--param' : source,
  ) as { workingSetKiB: number; touchRate: number; ends: ReplayEnds };
  const opened = await openCapture(isAbsolute(capture!) ? capture! : join(folder, capture!), machine, ends);
  const note =
    'The workload is replayed from a recording and is the same for every seed: a seed only sets the random draws of the kernel ' +
    'and the phase of the ticks. Intervals say nothing of other recordings.';
  const memoryNote = workingSetKiB === 0
    ? 'Working sets are not in a recording: tasks have none, so a migration costs them no refill (--param workingSetKiB=256).'
    : `Working sets are not in a recording: every task was given ${workingSetKiB} KiB, touched at ${touchRate} bytes/µs.`;
  return {
    workload: fixed('capture', withMemory(opened.workload, workingSetKiB, touchRate)),
    machine: opened.machine,
    durationNs: opened.longestNs,
    notes: [note, memoryNote, ...opened.notes],
  };
}

function fixed(origin: 'rtapp' | 'capture', workload: Workload): WorkloadSource {
  return { kind: 'fixed', origin, workload };
}

function durationOf(spec: ScenarioSpec, request: ScenarioRequest, found: Found, ends: Workload['ends']): number {
  const inFile = spec.durationMs === undefined ? spec.durationSeconds : spec.durationMs / 1000;
  const seconds = request.durationSeconds ?? inFile;
  if (seconds !== undefined) return Math.max(1, Math.round(seconds * 1e9));
  return found.durationNs ?? (ends === 'exit' ? DEFAULT_ENDING_NS : DEFAULT_ENDLESS_NS);
}

function seedsOf(spec: ScenarioSpec): readonly number[] {
  return Array.isArray(spec.seeds) ? spec.seeds : firstSeeds(spec.seeds ?? DEFAULT_SEEDS);
}

/** 1…n */
export function firstSeeds(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
