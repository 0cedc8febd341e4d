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

/** The words that apt-get is called behind: none for root. */
export type AptAccess = readonly string[];

/** Another installation, as of a fresh machine's own updates, is waited for so long, s. */
const LOCK_PATIENCE = 600;
const QUIETLY = 'DEBIAN_FRONTEND=noninteractive';

/** The command that installs packages, as a user types it. */
export function aptCommand(packages: readonly string[]): string[] {
  return ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
}

/** How packages are installed here: as root, or through a sudo that asks for no password; or, as a text, why that cannot be. */
export async function aptAccess(system: AptSystem): Promise<AptAccess | string> {
  if (system.find('apt-get') === undefined) return 'there is no apt-get';
  if (system.uid() === 0) return ['env', QUIETLY];
  if (system.find('sudo') === undefined) return 'you are not root, and there is no sudo';
  const { code } = await system.run(['sudo', '-n', 'true'], {});
  return code === 0 ? ['sudo', '-n', 'env', QUIETLY] : 'you are not root, and sudo asks for a password';
}

/**
 * How the packages will be installed.
 * @throws OutsideError with the command to type, where that cannot be from here
 */
export async function requireApt(packages: readonly string[], system: AptSystem): Promise<AptAccess> {
  const access = await aptAccess(system);
  if (typeof access !== 'string') return access;
  const noun = packages.length === 1 ? 'a Debian package is' : `${packages.length} Debian packages are`;
  throw new OutsideError(`${noun} missing and cannot be installed from here, since ${access}; as root: ${aptCommand(packages).join(' ')}`);
}

/**
 * Installs packages through apt, with the lists brought up to date before. Lists that cannot be had are no failure by
 * themselves: an archive that is none of Debian's may be out of reach.
 *
 * @throws OutsideError where apt fails
 */
export async function installPackages(
  packages: readonly string[], access: AptAccess, system: AptSystem, options: AptOptions = {},
): Promise<void> {
  const { lastLines } = await system.run([...access, 'apt-get', 'update'], options);
  const trouble = lastLines.find(isTrouble);
  const [program, ...rest] = aptCommand(packages);
  const argv = [...access, program!, '-o', `DPkg::Lock::Timeout=${LOCK_PATIENCE}`, ...rest];
  const { code, lastLines: said } = await system.run(argv, options);
  if (code === 0) return;
  const before = trouble === undefined ? '' : ` (apt-get update before it: ${trouble})`;
  throw new OutsideError(`apt-get install failed with code ${code}: ${said.find(isTrouble) ?? said.at(-1) ?? 'it said nothing'}${before}`);
}

/** `E: …`, `W: …`: what apt says is wrong. */
function isTrouble(line: string): boolean {
  return /^[EW]: /.test(line);
}
