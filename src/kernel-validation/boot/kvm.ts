import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../run-process.js';

/** How long a guest of five instructions may take, ms. */
const PATIENCE_MS = 10_000;
const FIRMWARE_BYTES = 65_536;
/** Where a processor begins, from the end of the firmware. */
const RESET_VECTOR = FIRMWARE_BYTES - 16;
/** `mov al, 1; out 0xf4, al; hlt; jmp -3`: tells the exit device, by which the emulator ends with code 2·1 + 1. */
const PROBE = [0xb0, 0x01, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd];
const ENDED = 3;

/**
 * Why hardware virtualisation cannot be used here, or null where it can. That the device can be opened says little: on some
 * machines it is there and no guest ever gets anywhere. So a guest of a few instructions is run.
 */
export async function kvmTrouble(emulator: string, signal?: AbortSignal, device = '/dev/kvm'): Promise<string | null> {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
  } catch {
    return `there is no ${device} that may be read and written`;
  }
  const folder = mkdtempSync(join(tmpdir(), 'cfslab-kvm-'));
  try {
    const firmware = Buffer.alloc(FIRMWARE_BYTES, 0xf4);
    firmware.set(PROBE, RESET_VECTOR);
    writeFileSync(join(folder, 'probe.bin'), firmware);
    const argv = [
      emulator, '-accel', 'kvm', '-cpu', 'host,migratable=off', '-M', 'q35', '-m', '64M', '-nodefaults', '-display', 'none',
      '-monitor', 'none', '-serial', 'none', '-bios', join(folder, 'probe.bin'), '-device', 'isa-debug-exit,iobase=0xf4,iosize=1',
    ];
    const { code, timedOut, lastLines } = await runProcess(argv, { timeoutMs: PATIENCE_MS, ...(signal && { signal }) });
    if (code === ENDED) return null;
    if (timedOut) return 'a guest of a few instructions does not get anywhere';
    return lastLines.at(-1) ?? `the emulator ended with code ${code}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
