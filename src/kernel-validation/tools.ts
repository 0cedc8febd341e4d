import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OutsideError } from '../input/error.js';

/** Something that must be installed before work that takes minutes begins. */
export interface Tool {
  /** Debian's name of the package that has it. */
  readonly package: string;
  /** It is there where one of these is: the name of a program, or the absolute path of a file. */
  readonly oneOf: readonly string[];
}

/** A program of a package; of the same name where no other is given. */
export function program(packageName: string, name = packageName): Tool {
  return { package: packageName, oneOf: [name] };
}

/** A C header of a package, in the include folder or in that of the architecture. */
export function header(packageName: string, name: string): Tool {
  return { package: packageName, oneOf: [`/usr/include/${name}`, `/usr/include/x86_64-linux-gnu/${name}`] };
}

/** Folders that hold programs and are not in every user's PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The packages that are missing, each once, in the order of the tools. */
export function missingPackages(tools: readonly Tool[], path = process.env['PATH'] ?? ''): string[] {
  const missing = tools.filter(({ oneOf }) => !oneOf.some((name) => isThere(name, path))).map((tool) => tool.package);
  return [...new Set(missing)];
}

/**
 * Asks for everything at once, before anything starts.
 * @param what the work that needs them: `building a kernel`
 * @throws OutsideError naming every missing Debian package and the command that installs them
 */
export function requireTools(what: string, tools: readonly Tool[], path?: string): void {
  const missing = missingPackages(tools, path);
  if (missing.length === 0) return;
  const noun = missing.length === 1 ? 'a package that is' : `${missing.length} packages that are`;
  throw new OutsideError(
    `${what} needs ${noun} not installed: apt-get install --no-install-recommends ${missing.join(' ')}`,
  );
}

/** Where a program is, or undefined. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...path.split(':').filter((folder) => folder !== ''), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isThere(name: string, path: string): boolean {
  return name.startsWith('/') ? existsSync(name) : findProgram(name, path) !== undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
