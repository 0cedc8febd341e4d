import { ON_DIRTY, type OnDirty } from '../bundle/dirty.js';
import type { Manifest } from '../bundle/tables/contents.js';
import { TRACE_FORMATS, type TraceFormat } from '../bundle/trace/formats.js';
import { FASTEST_HZ, SLOWEST_HZ } from '../bundle/trace/tick-rate.js';
import { InputError, StoppedError } from '../input/error.js';
import { dirtyTable } from './inspect.js';
import { interruptible } from './interrupt.js';
import { flag, integer, JSON_OPTION, text } from './options.js';
import { startByteProgress } from './progress.js';
import type { Verb, VerbInput } from './verb.js';

export const ingestVerb: Verb = {
  help:
    'An input is a capture directory, a trace as text (plain, gzip or zstd), or a CSV table of can_migrate_task() calls.\n' +
    'Several traces are those of one recording, such as one for each CPU: they are merged by time. Memory is bounded.\n' +
    'docs/TRACES.md says what is understood, and what is done about dirty data.',
  options: [
    { flags: '--out <bundle>', doc: 'where to write the bundle; one that is there is replaced' },
    { flags: '--format <format>', doc: `${TRACE_FORMATS.join(', ')} or csv, where it cannot be told or is told wrongly` },
    { flags: '--machine <name|file>', doc: 'the machine that it was recorded on, where only the trace is there' },
    { flags: '--topology <file>', doc: 'its topology, as the file of that name in a capture directory' },
    { flags: '--on-dirty <mode>', doc: 'fail, drop or insert (the default): what to do where the trace contradicts itself' },
    { flags: '--tick-rate <hertz>', doc: 'ticks a second of a trace clock such as x86-tsc' },
    { flags: '--columns <map.json>', doc: 'which column of a CSV table is which' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const out = text(input, 'out');
    if (out === undefined) throw new InputError('--out', '', 'a place for the bundle', 'nothing');
    const format = oneOf(input, 'format', [...TRACE_FORMATS, 'csv'] as const);
    const onDirty: OnDirty = oneOf(input, 'on-dirty', ON_DIRTY) ?? 'insert';
    const tickRate = integer(input, 'tick-rate', SLOWEST_HZ, FASTEST_HZ);
    const columns = text(input, 'columns');
    const machine = await machineOf(input);
    const { ingest } = await import('../bundle/ingest.js');
    const progress = startByteProgress(io);
    const read = async (signal: AbortSignal): Promise<Manifest> => {
      try {
        return await ingest(input.args, out, {
          onDirty, signal, ...machine,
          onProgress: (done, total) => progress.update(done, total),
          ...(format === undefined ? {} : format === 'csv' ? { csv: true } : { csv: false, format: format as TraceFormat }),
          ...(tickRate === undefined ? {} : { tickRate }),
          ...(columns === undefined ? {} : { columns }),
        });
      } catch (error) {
        if (signal.aborted) throw new StoppedError('interrupted');
        throw error;
      }
    };
    let manifest: Manifest;
    try {
      manifest = await interruptible(read);
    } finally {
      progress.stop();
    }
    io.out(flag(input, 'json') ? `${JSON.stringify(summaryOf(out, manifest), null, 1)}\n` : reportOf(out, manifest));
    return 0;
  },
};

function summaryOf(out: string, { rows, formats, cpus, lostEvents, dirty, notes }: Manifest) {
  return { out, rows, formats: formats ?? {}, cpus, lost: lostEvents, dirty: dirty ?? [], notes };
}

function reportOf(out: string, manifest: Manifest): string {
  const { rows, notes, lostEvents, dirty } = manifest;
  const counts = Object.entries(rows).map(([name, count]) => `${count} ${name}`);
  return [
    `${out}: ${counts.join(', ')}, ${lostEvents} events lost`,
    ...dirtyTable(dirty ?? []),
    ...notes.map((note) => `note: ${note}`),
    '',
  ].join('\n');
}

/** The number of CPUs and the name of the machine, where the user says which it was. */
async function machineOf(input: VerbInput): Promise<{ cpus?: number; topology?: string }> {
  const machine = text(input, 'machine');
  const file = text(input, 'topology');
  if (machine === undefined && file === undefined) return {};
  if (machine !== undefined && file !== undefined) throw new InputError('--topology', '', 'no --machine with it', machine);
  const { loadMachine, machineNames } = await import('../experiment/schema/profile.js');
  if (machine !== undefined) {
    const { name, topology } = loadMachine(machine);
    return { cpus: topology.cpus.length, topology: name };
  }
  const { parseCaptureTopology } = await import('../experiment/schema/capture-topology.js');
  const { sameTopology } = await import('../experiment/machine.js');
  const { readTextFile } = await import('../input/json.js');
  const topology = parseCaptureTopology(readTextFile(file!, 2 ** 20), file!);
  const known = machineNames().find((name) => sameTopology(loadMachine(name).topology, topology));
  return { cpus: topology.cpus.length, topology: known ?? 'unknown' };
}

function oneOf<T extends string>(input: VerbInput, name: string, choices: readonly T[]): T | undefined {
  const given = text(input, name);
  if (given === undefined) return undefined;
  const choice = choices.find((one) => one === given);
  if (choice === undefined) throw new InputError(`--${name}`, '', choices.join(', '), given);
  return choice;
}
