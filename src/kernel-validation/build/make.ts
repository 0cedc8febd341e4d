import { OutsideError } from '../../input/error.js';
import { runProcess, type ProcessEnd } from '../run-process.js';
import type { Workspace } from './workspace.js';

/** How make is called. */
export interface MakeOptions {
  readonly workspace: Workspace;
  /** What it prints is appended to this file. */
  readonly log: string;
  readonly jobs: number;
  /** The program; a test's own otherwise than make. */
  readonly program: string;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** What a kernel tells of who built it, when and where: the same everywhere, so that the same inputs give the same kernel. */
const IDENTITY: Readonly<Record<string, string>> = {
  KBUILD_BUILD_USER: 'cfslab',
  KBUILD_BUILD_HOST: 'cfslab',
  KBUILD_BUILD_TIMESTAMP: '2026-01-01 00:00:00 UTC',
  KBUILD_BUILD_VERSION: '1',
  KDEB_SOURCENAME: 'linux-cfslab',
  KDEB_PKGVERSION: '1',
  // Otherwise that of lsb_release, where it is installed.
  KDEB_CHANGELOG_DIST: 'bookworm',
  // What is needed has been looked for by name; a package of packages, build-essential, is not.
  DPKG_FLAGS: '-d',
  DEBFULLNAME: 'cfslab',
  DEBEMAIL: 'cfslab@localhost',
};

/** Of our own environment only this is handed on: a variable of make or of the compiler would change what is built. */
const HANDED_ON = ['PATH', 'HOME', 'TMPDIR'];

/** @throws OutsideError in one line, naming the log, where make fails */
export async function make(targets: readonly string[], options: MakeOptions): Promise<ProcessEnd> {
  const { workspace, log, jobs, program, onLine, signal } = options;
  const env: Record<string, string | undefined> = { ...IDENTITY, LC_ALL: 'C' };
  for (const name of HANDED_ON) env[name] = process.env[name];
  const argv = [program, '-C', workspace.tree, `O=${workspace.objects}`, 'ARCH=x86_64', `-j${jobs}`, ...targets];
  let complaint = '';
  const end = await runProcess(argv, {
    env,
    log,
    onLine: (line) => {
      complaint = telling(complaint, line);
      onLine?.(line);
    },
    ...(signal === undefined ? {} : { signal }),
  });
  if (end.code !== 0) {
    const why = complaint === '' ? (end.lastLines.at(-1) ?? 'it said nothing') : complaint;
    throw new OutsideError(`make ${targets.join(' ')} failed with code ${end.code}: ${why} (all of it: ${log})`);
  }
  return end;
}

/** The first line that says what went wrong, rather than that something did. */
function telling(before: string, line: string): string {
  if (before !== '') return before;
  return /\b(fatal )?error\b|No space left|No rule to make|not found|undefined reference|Killed/i.test(line) && !/^make\b/.test(line) ? line.trim() : '';
}

/** Whether a line of make says that a file was made: `  CC      kernel/sched/fair.o`. */
export function isFileLine(line: string): boolean {
  return /^ {2}[A-Z][A-Z0-9]+(?: \[M\])? +\S/.test(line);
}
