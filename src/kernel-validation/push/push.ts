import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { OutsideError } from '../../input/error.js';
import { REFUSALS } from '../page/index.js';
import { kernelText } from './kernel-text.js';

/** Where a running kernel has its files of policies. */
export const DEBUGFS = '/sys/kernel/debug/cfslab';

export const MODES = ['off', 'shadow', 'decide'] as const;
export type Mode = (typeof MODES)[number];

/** What is active after a push. */
export interface Pushed {
  readonly hash: string;
  readonly generation: number;
  readonly mode: string;
  /** Hash of the C that the kernel was built from. */
  readonly source: string;
}

/**
 * Pushes a page into the running kernel, in one write, then the one that takes over from it, if there is one, and then sets the
 * mode, if one is given.
 *
 * @param folder the kernel's folder
 * @throws OutsideError where there is no such kernel or no permission, or the kernel refuses it; with the reason in words
 */
export function push(page: Uint8Array, mode: Mode | null, folder = DEBUGFS, standby: Uint8Array | null = null): Pushed {
  if (!existsSync(folder)) {
    throw new OutsideError(`${folder}: not there: no kernel with cfslab's policies runs here, debugfs is not mounted, or you are not root`);
  }
  writeAtOnce(join(folder, 'model'), page);
  if (standby !== null) writeAtOnce(join(folder, 'model'), standby);
  if (mode !== null) writeAtOnce(join(folder, 'mode'), Buffer.from(`${mode}\n`));
  const active = kernelText(read(join(folder, 'active')));
  const hash = active['hash'];
  if (hash === undefined) throw new OutsideError(`${folder}/active: names no policy after the push`);
  return { hash, generation: Number(active['generation']), mode: read(join(folder, 'mode')).trim(), source: active['source'] ?? '' };
}

function writeAtOnce(file: string, bytes: Uint8Array): void {
  try {
    const handle = openSync(file, constants.O_WRONLY);
    try {
      const written = writeSync(handle, bytes, 0, bytes.length, null);
      if (written !== bytes.length) throw new OutsideError(`${file}: took ${written} of ${bytes.length} bytes`);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw explain(file, error);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw explain(file, error);
  }
}

/** The kernel's errno in words. */
function explain(file: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'EACCES' || code === 'EPERM') return new OutsideError(`${file}: only root may do that`);
  if (code === 'ENODATA' && file.endsWith('model')) return new OutsideError(`${file}: nothing is active that this model could take over from`);
  if (code === 'ENODATA') return new OutsideError(`${file}: no policy is active that the mode could be set for`);
  const refusal = syscall === 'write' ? Object.values(REFUSALS).find(([name]) => name === code) : undefined;
  if (refusal !== undefined) return new OutsideError(`${file}: the kernel refused the policy (${code}): ${refusal[2]}`);
  return new OutsideError(`${file}: ${(error as Error).message}`);
}
