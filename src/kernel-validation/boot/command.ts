import { shapeArguments, type Shape } from './shape.js';

/** The emulated machine, beside its kernel and what it is to do. */
export interface GuestMachine {
  readonly place: 'lab' | 'kvm';
  /** Path or name of the emulator. */
  readonly emulator: string;
  readonly kernel: string;
  readonly initramfs: string;
  readonly shape: Shape;
  readonly memoryMiB: number;
  /** Of the laboratory: virtual time that every CPU has in a round, ns. */
  readonly quantumNs: number;
  /** Of the laboratory's random numbers. */
  readonly seed: number;
  /** Of the laboratory: busy virtual time after which a guest is ended, ns. */
  readonly untilNs: number;
}

/** What QEMU needs to boot, by Debian's packages: firmware and the loader of kernels. */
export const FIRMWARE = {
  seabios: '/usr/share/seabios/bios-256k.bin',
  'qemu-system-data': '/usr/share/qemu/linuxboot_dma.bin',
} as const;

/** A processor that has no random numbers and no instruction whose length in time depends on the data. */
const LAB_CPU = 'Skylake-Client-v4,vendor=GenuineIntel,-erms,-rdrand,-rdseed,-hle,-rtm,-x2apic,-pcid,-invpcid,'
  + '-tsc-deadline,-spec-ctrl,-ssbd,-arch-capabilities,-3dnowprefetch,-xsavec,-xsaves';
/** What makes a guest in virtual time the same every time, and what a guest that cannot go on does. */
const LAB_KERNEL =
  'console=ttyS0 panic=-1 oops=panic tsc=reliable tsc_early_khz=1000000 nokaslr random.trust_cpu=off ' +
  'rcupdate.rcu_expedited=1 mitigations=off quiet';
const KVM_KERNEL = 'console=ttyS0 panic=-1 oops=panic nokaslr mitigations=off quiet';

/** The tag of the directory that the guest hands its capture out to. */
const SHARE = 'out';

/**
 * The emulator's command line.
 * @param directory what the guest's share leads to
 */
export function guestCommand(machine: GuestMachine, directory: string): string[] {
  const lab = machine.place === 'lab';
  const clock = lab
    ? ['-L', '/usr/share/qemu', '-L', '/usr/share/seabios', '-accel', 'tcg,thread=single,tb-size=512', '-icount', 'shift=0,sleep=off',
      '-cpu', LAB_CPU, '-seed', String(machine.seed), '-rtc', 'base=2024-01-01T00:00:00,clock=vm']
    : ['-accel', 'kvm', '-cpu', 'host,migratable=off'];
  return [
    machine.emulator,
    ...clock,
    ...shapeArguments(machine.shape, machine.memoryMiB),
    '-M', lab ? 'q35,hpet=off' : 'q35',
    '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-monitor', 'none', '-serial', 'stdio',
    '-kernel', machine.kernel,
    '-initrd', machine.initramfs,
    '-append', lab ? LAB_KERNEL : KVM_KERNEL,
    '-virtfs', `local,path=${directory},mount_tag=${SHARE},security_model=none`,
  ];
}

/** The emulator's environment beside our own. */
export function guestEnvironment(machine: GuestMachine): Record<string, string> {
  if (machine.place !== 'lab') return {};
  return { CFSLAB_QUANTUM: String(machine.quantumNs), CFSLAB_UNTIL: String(machine.untilNs) };
}
