import type { GuestOptions } from '../../kernel-validation/boot/guest.js';
import type { MachineRequest } from '../../kernel-validation/boot/machine.js';
import { GuestError } from '../../kernel-validation/boot/guest-error.js';
import { parseShape } from '../../kernel-validation/boot/shape.js';
import { EVENT_SETS, type EventSet, type Place } from '../../kernel-validation/guest/settings.js';
import { InputError } from '../../input/error.js';
import { integer, positive, text } from '../options.js';
import type { CliIo, OptionSpec, VerbInput } from '../verb.js';

/** Options of the verbs that run a real kernel, and how their values are read. */
export const GUEST_OPTIONS: readonly OptionSpec[] = [
  { flags: '--place <lab|kvm>', doc: 'where: the laboratory in virtual time (default), or a virtual machine with KVM' },
  { flags: '--kernel <bzImage>', doc: 'the kernel; without it, the one that `cfslab kernel build` makes' },
  { flags: '--source <tree|tarball>', doc: 'the source that it is built of, as for `cfslab kernel build`' },
  { flags: '--emulator <file>', doc: 'the emulator; without it, ours is built for the laboratory, and Debian’s taken for KVM' },
  { flags: '--emulator-source <dsc>', doc: 'QEMU 7.2’s source package, where apt cannot fetch it' },
  { flags: '--shape <name|1x4x2>', doc: 'sockets x cores x threads, or pvt8, pvt8c (default), pvt8numa' },
  { flags: '--memory <MiB>', doc: 'memory of the guest (default: 2048)' },
  { flags: '--seed <n>', doc: 'seed of the workload and of the emulator, 0…2^31−1 (default: 1)' },
  { flags: '--duration <seconds>', doc: 'of workloads that end by time (default: 0.4)' },
  { flags: '--migration-cost <ns>', doc: 'sysctl_sched_migration_cost (default: the kernel’s, 500000)' },
  { flags: '--events <full|stock|ml|none>', doc: 'what is traced; stock is full without the policy’s own event' },
  { flags: '--buffer <KiB>', doc: 'trace buffer of each CPU (default: 24000)' },
  { flags: '--timeout <seconds>', doc: 'wall time of a guest (default: 1800)' },
  { flags: '--silence <seconds>', doc: 'wall time without a word from a guest (default: 900)' },
  { flags: '--virtual <seconds>', doc: 'busy virtual time of a guest of the laboratory (default: 60)' },
];

const NS_PER_S = 1e9;
const SEED_MAX = 2 ** 31 - 1;

export function placeOption(input: VerbInput): Place {
  const place = text(input, 'place') ?? 'lab';
  if (place !== 'lab' && place !== 'kvm' && place !== 'here') throw new InputError('--place', '', 'lab, kvm or here', place);
  return place;
}

export function seedOption(input: VerbInput): number {
  return integer(input, 'seed', 0, SEED_MAX) ?? 1;
}

export function eventsOption(input: VerbInput, otherwise: EventSet): EventSet {
  const events = text(input, 'events') ?? otherwise;
  if (!Object.hasOwn(EVENT_SETS, events)) throw new InputError('--events', '', Object.keys(EVENT_SETS).join(', '), events);
  return events as EventSet;
}

/** What is the same for all runs: how long, what knobs, how much is traced. */
export function runOptions(input: VerbInput): { durationMs: number; migrationCostNs: number | null; bufferKiB: number } {
  return {
    durationMs: Math.max(1, Math.round(1000 * (positive(input, 'duration', 3600) ?? 0.4))),
    migrationCostNs: integer(input, 'migration-cost', 0, 2 ** 31) ?? null,
    bufferKiB: integer(input, 'buffer', 100, 4_000_000) ?? 24_000,
  };
}

export function machineOption(input: VerbInput, place: 'lab' | 'kvm', kernel: string, quantumNs: number): MachineRequest {
  const emulator = text(input, 'emulator');
  const emulatorSource = text(input, 'emulator-source');
  return {
    place, kernel, quantumNs,
    ...(emulator === undefined ? {} : { emulator }),
    ...(emulatorSource === undefined ? {} : { emulatorSource }),
    shape: parseShape(text(input, 'shape') ?? 'pvt8c', '--shape'),
    memoryMiB: integer(input, 'memory', 256, 2 ** 20) ?? 2048,
    seed: seedOption(input),
    untilNs: Math.round(NS_PER_S * (positive(input, 'virtual', 100_000) ?? 60)),
  };
}

export function limitOptions(input: VerbInput): Pick<GuestOptions, 'wallMs' | 'silenceMs'> {
  return {
    wallMs: 1000 * (integer(input, 'timeout', 1, 10_000_000) ?? 1800),
    silenceMs: 1000 * (integer(input, 'silence', 1, 10_000_000) ?? 900),
  };
}

/** Shows the last lines of a guest that failed, and passes the error on. */
export async function withGuestConsole<T>(io: CliIo, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GuestError) for (const line of error.console) io.err(`  | ${line}\n`);
    throw error;
  }
}
