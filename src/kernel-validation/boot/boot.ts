import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFacts } from '../../bundle/capture/measured-run.js';
import { writeDirectoryAtomic } from '../../input/atomic.js';
import type { RunSettings } from '../guest/settings.js';
import { finishCapture, type RunIdentity } from './capture.js';
import type { GuestMachine } from './command.js';
import { runGuest, type GuestOptions } from './guest.js';
import { shapeName } from './shape.js';

/**
 * One run in a guest, as a capture directory that appears whole or not at all, whatever ends the guest or us. One that stands
 * there is replaced.
 *
 * @throws GuestError, OutsideError, StoppedError
 */
export async function bootCapture(
  machine: GuestMachine, settings: RunSettings, identity: RunIdentity, out: string, options: GuestOptions,
): Promise<RunFacts> {
  let facts: RunFacts | null = null;
  await writeDirectoryAtomic(out, async (directory) => {
    const start = Date.now();
    const { argv, said } = await runGuest(machine, settings, directory, options);
    rmSync(join(directory, 'kallsyms'), { force: true });
    facts = await finishCapture(directory, settings, identity, {
      shape: shapeName(machine.shape),
      quantumNs: machine.place === 'lab' ? machine.quantumNs : 0,
      wallMs: Date.now() - start,
      argv: [...environmentOf(machine), ...argv],
      said,
      files: [machine.kernel, machine.initramfs, machine.emulator],
    });
  });
  return facts!;
}

function environmentOf(machine: GuestMachine): string[] {
  return machine.place === 'lab' ? [`CFSLAB_QUANTUM=${machine.quantumNs}`] : [];
}
