import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { createGzip } from 'node:zlib';
import { RUN_FILE, type RunFacts } from '../../bundle/capture/measured-run.js';
import { OutsideError } from '../../input/error.js';
import { sha256OfFile } from '../file-hash.js';
import { EVENT_SETS, type RunSettings } from '../guest/settings.js';
import { outcomeIn, parsePolicyStats, switchedAtNs, textOf } from './outcome.js';

/** Without these a capture is not whole. */
const NEEDED = ['trace.txt', 'trace_stats', 'workload.log', 'uname', 'topology', 'uptime'] as const;
/** Nor without these where the kernel is ours; a user's may not have them, and ingest says what is not known then. */
const NEEDED_OF_OURS = ['sched_debugfs', 'schedstat.before', 'schedstat.after', 'sched_debug_before'] as const;

/** What the caller knows of a run that the machine does not. */
export interface RunIdentity {
  /** Name of the workload as the simulator has it. */
  readonly workload: string;
  /** What its work is counted in; null: as its program says. */
  readonly unit: string | null;
  /** Name of the policy as the simulator has it. */
  readonly policy: string;
  /** Hash of the model that was pushed. */
  readonly model: string | null;
  readonly repetition: number;
  /** sha256 of all that it is made with, kept in `run.sha256`, by which it is found to be there already. */
  readonly hash?: string;
}

/** The file of a capture that has that hash. */
export const HASH_FILE = 'run.sha256';

/** How a run was made: for the capture's manifest. */
export interface RunOrigin {
  /** The machine's name. */
  readonly shape: string;
  /** 0 where CPUs do not take turns. */
  readonly quantumNs: number;
  readonly wallMs: number;
  readonly argv: readonly string[];
  readonly said: readonly string[];
  /** Files whose hashes say what it was made with. */
  readonly files: readonly string[];
}

/**
 * Makes a capture directory of what a guest, or the user's machine, has handed out: checks that all is there, packs the trace,
 * and writes `manifest` and `run.json`.
 *
 * @throws OutsideError where something is missing: a disk that was full, a machine that went off
 */
export async function finishCapture(
  directory: string, settings: RunSettings, identity: RunIdentity, origin: RunOrigin,
): Promise<RunFacts> {
  const needed = settings.place === 'here' ? NEEDED : [...NEEDED, ...NEEDED_OF_OURS];
  const lost = needed.find((name) => !existsSync(join(directory, name)));
  if (lost !== undefined) throw new OutsideError(`the capture has no ${lost}`);
  // A script of the user's own need not count anything.
  const outcome = identity.workload === 'idle' || settings.script !== null ? null : outcomeIn(readFileSync(join(directory, 'workload.log'), 'utf8'), identity.unit);
  const md5 = await packTrace(directory);
  writeFileSync(join(directory, 'manifest'), await manifestOf(settings, origin, md5));
  const statistics = textOf(directory, 'policy.stats');
  const stats = statistics === null ? null : parsePolicyStats(statistics);
  const source = textOf(directory, 'policy.source');
  const memory = stats?.['memory_bytes'];
  const timed = parsePolicyStats(textOf(directory, 'policy.latency') ?? '');
  const { calls, cycles } = timed;
  const atNs = switchedAtNs(directory);
  const facts: RunFacts = {
    workload: identity.workload,
    policy: identity.policy,
    mode: settings.mode,
    model: identity.model,
    kernelSource: source !== null && /^[0-9a-f]{64}$/.test(source) ? source : null,
    place: settings.place,
    seed: settings.seed,
    repetition: identity.repetition,
    perturbation: { delayUs: settings.delayUs, seed: settings.seed, quantumNs: origin.quantumNs },
    completionNs: outcome?.completionNs ?? 0,
    throughput: outcome?.throughput ?? null,
    stats,
    memoryBytes: typeof memory === 'number' ? memory : null,
    latency: typeof calls === 'number' && typeof cycles === 'number' ? { calls, cycles } : null,
    policyEvents: (EVENT_SETS[settings.events] as readonly string[]).includes('cfslab_policy'),
    ...(settings.switchMode === null || atNs === null ? {} : { switched: { mode: settings.switchMode.mode, atNs } }),
  };
  writeFileSync(join(directory, RUN_FILE), `${JSON.stringify({ schema: 1, ...facts }, null, 1)}\n`);
  if (identity.hash !== undefined) writeFileSync(join(directory, HASH_FILE), `${identity.hash}\n`);
  return facts;
}

/** @returns the md5 of the trace as it was */
async function packTrace(directory: string): Promise<string> {
  const trace = join(directory, 'trace.txt');
  const hash = createHash('md5');
  const listen = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(trace), listen, createGzip({ level: 6 }), createWriteStream(`${trace}.gz`));
  rmSync(trace);
  return hash.digest('hex');
}

/** The manifest in the form of the recordings that come with cfslab. Of paths, only the names are kept. */
async function manifestOf(settings: RunSettings, origin: RunOrigin, md5: string): Promise<string> {
  const { workload, durationMs, events, seed, delayUs, migrationCostNs, params, mode } = settings;
  const env = Object.entries(params).map(([name, value]) => `${name}:${Array.isArray(value) ? value.join('/') : String(value)}`);
  const words = (prefix: string): string | undefined => origin.said.find((line) => line.startsWith(prefix));
  const run = `wl=${workload} dur=${durationMs / 1000} ev=${events} seed=${seed} delay=${delayUs} mc=${migrationCostNs ?? ''} mode=${mode}`;
  const hashes = await Promise.all(origin.files.map(async (file) => `${await sha256OfFile(file)}  ${basename(file)}`));
  const lines = [
    `mode=${origin.shape}${origin.quantumNs > 0 ? ` quantum_ns=${origin.quantumNs} icount_shift=0` : ''} place=${settings.place} rc=0` +
      ` wall_s=${(origin.wallMs / 1000).toFixed(3)}`,
    `guest: cfslab: ${words('end ') ?? ''}`,
    `run: cfslab: ${run} ${words('booted ') ?? ''}`.trimEnd(),
    ...(origin.argv.length === 0 ? [] : [`command: ${origin.argv.map(bare).join(' ')} cfslab.env=${env.join(',')}`]),
    ...hashes,
    `trace.txt md5: ${md5}`,
  ];
  return `${lines.join('\n')}\n`;
}

function bare(argument: string): string {
  return argument
    .split(/(?<==)/)
    .map((part) => (part.startsWith('/') ? part.replace(/^[^, ]*\/([^/, ]*)/, '$1') : part))
    .join('');
}
