import { OutsideError } from '../../input/error.js';
import type { ProcessEnd, ProcessOptions } from '../run-process.js';

/** What of the system an installation needs: its own, or a test's. */
export interface AptSystem {
  /** Where a program is, or undefined. */
  find(program: string): string | undefined;
  /** The user's number, 0 for root. */
  uid(): number;
  run(argv: readonly string[], options: ProcessOptions): Promise<ProcessEnd>;
}

export interface AptOptions {
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** Why nothing can be installed here; null where it can. */
export function aptTrouble(system: AptSystem): string | null {
  if (system.find('apt-get') === undefined) return 'there is no apt-get';
  return system.uid() === 0 ? null : 'you are not root';
}

/** The command that installs packages. */
export function aptCommand(packages: readonly string[]): string[] {
  return ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
}

/**
 * Installs packages through apt, with the lists brought up to date before.
 * @throws OutsideError where there is no apt-get, the user is not root, or apt fails
 */
export async function installPackages(packages: readonly string[], system: AptSystem, options: AptOptions = {}): Promise<void> {
  const trouble = aptTrouble(system);
  if (trouble !== null) throw new OutsideError(`${packages.join(', ')} cannot be installed, since ${trouble}: ${aptCommand(packages).join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const argv of [['apt-get', 'update'], aptCommand(packages)]) {
    const { code, lastLines } = await system.run(argv, { ...options, env });
    if (code !== 0) throw new OutsideError(`${argv.slice(0, 2).join(' ')} failed with code ${code}: ${lastLines.at(-1) ?? ''}`);
  }
}
