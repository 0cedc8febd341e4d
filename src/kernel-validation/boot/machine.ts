import { availableParallelism } from 'node:os';
import { InputError, OutsideError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import { labEmulator, EMULATOR_TOOLS, cachedEmulator } from '../emulator/emulator.js';
import type { Steps } from '../emulator/source.js';
import { sha256OfFile } from '../file-hash.js';
import { guestInitramfs, INITRAMFS_TOOLS } from '../guest/initramfs.js';
import { findProgram, program, requireTools, type Tool } from '../tools.js';
import { FIRMWARE, type GuestMachine } from './command.js';
import { kvmTrouble } from './kvm.js';
import { cpusOf, type Shape } from './shape.js';

/** What a user may say of a guest. */
export interface MachineRequest {
  readonly place: 'lab' | 'kvm';
  /** A bzImage. */
  readonly kernel: string;
  /** An emulator with our change, or QEMU with KVM; otherwise ours is built, and Debian's taken. */
  readonly emulator?: string;
  /** The .dsc of QEMU's source package, where there is no network. */
  readonly emulatorSource?: string;
  readonly shape: Shape;
  readonly memoryMiB: number;
  readonly quantumNs: number;
  readonly seed: number;
  readonly untilNs: number;
}

const FIRMWARE_TOOLS: readonly Tool[] = Object.entries(FIRMWARE).map(([name, file]) => ({ package: name, oneOf: [file] }));
const KVM_TOOLS: readonly Tool[] = [program('qemu-system-x86', 'qemu-system-x86_64')];

/** Every tool that booting needs, whatever the cache has of it: `kernel:demo` asks for all before anything starts. */
export const BOOT_TOOLS: readonly Tool[] = [...FIRMWARE_TOOLS, ...INITRAMFS_TOOLS, ...EMULATOR_TOOLS];

/**
 * Asks for every tool that booting needs, before anything is built.
 * @param emulator the one that was given
 * @throws OutsideError naming the packages
 */
export function requireBootTools(place: 'lab' | 'kvm', emulator?: string): void {
  const own = place === 'kvm' ? KVM_TOOLS : emulator !== undefined || cachedEmulator() !== undefined ? [] : EMULATOR_TOOLS;
  requireTools('booting a guest', [...FIRMWARE_TOOLS, ...INITRAMFS_TOOLS, ...own]);
}

/**
 * A machine that can be booted: the emulator and the guest's file system are built where the cache has none.
 *
 * @throws InputError where a file is not there, OutsideError where tools are missing, KVM cannot be used or a build fails
 */
export async function bootableMachine(request: MachineRequest, steps: Steps = {}): Promise<GuestMachine> {
  const { place, shape, memoryMiB, quantumNs, seed, untilNs } = request;
  if (kindOf(request.kernel) !== 'file') throw new InputError('--kernel', '', 'a kernel, as arch/x86/boot/bzImage', request.kernel);
  requireBootTools(place, request.emulator);
  const emulator = await emulatorOf(request, steps);
  const initramfs = await guestInitramfs(steps.signal === undefined ? {} : { signal: steps.signal });
  if (place === 'kvm') {
    const trouble = await kvmTrouble(emulator, steps.signal);
    if (trouble !== null) throw new OutsideError(`this machine has no KVM that can be used: ${trouble}. The place lab needs none`);
  }
  return { place, emulator, kernel: request.kernel, initramfs, shape, memoryMiB, quantumNs, seed, untilNs };
}

async function emulatorOf({ place, emulator, emulatorSource }: MachineRequest, steps: Steps): Promise<string> {
  if (emulator !== undefined) {
    const found = emulator.includes('/') ? emulator : findProgram(emulator);
    if (found === undefined || kindOf(found) !== 'file') throw new InputError('--emulator', '', 'an emulator', emulator);
    return found;
  }
  if (place === 'kvm') return findProgram('qemu-system-x86_64')!;
  return labEmulator({ ...steps, ...(emulatorSource === undefined ? {} : { source: emulatorSource }) });
}

/** How many guests at a time: in the laboratory each takes a processor, with KVM one after another has them all. */
export function guestsAtOnce(place: 'lab' | 'kvm'): number {
  return place === 'lab' ? Math.max(1, availableParallelism()) : 1;
}

/** The hashes of all that a guest is made of. */
export async function machineHashes(machine: GuestMachine): Promise<Record<string, string | number>> {
  const { kernel, emulator, initramfs, shape, memoryMiB } = machine;
  return {
    kernel: await sha256OfFile(kernel), emulator: await sha256OfFile(emulator), initramfs: await sha256OfFile(initramfs), place: machine.place,
    sockets: shape.sockets, cores: shape.cores, threads: shape.threads, cpus: cpusOf(shape), memoryMiB,
  };
}
