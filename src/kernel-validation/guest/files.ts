import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OutsideError } from '../../input/error.js';
import { runProcess } from '../run-process.js';
import { findProgram, program, type Tool } from '../tools.js';
import { parentsOf, type CpioEntry } from './cpio.js';
import { guestFolder } from './programs.js';

/** Programs of Debian's that a guest must have. */
export const GUEST_TOOLS: readonly Tool[] = [
  program('busybox-static', 'busybox'),
  program('rt-tests', 'hackbench'),
  program('zstd'),
  program('libc-bin', 'ldd'),
  program('coreutils', 'nice'),
];
/** Those that it gets where they are installed: only their workload needs them. */
const OPTIONAL = ['rt-app'];
const LOADER = '/lib64/ld-linux-x86-64.so.2';
const LIBRARIES = 'lib/x86_64-linux-gnu';
/** Where file systems are mounted. */
const MOUNT_POINTS = ['dev', 'mnt', 'proc', 'root', 'run', 'run/cfslab', 'sys', 'tmp'];

/**
 * Everything in a guest's first file system: busybox and its applets, Debian's programs with their libraries, our programs,
 * the scripts. By path, so that equal files give equal archives.
 *
 * @param programs the folder of our programs, compiled
 * @throws OutsideError where a library is missing
 */
export async function guestEntries(programs: string): Promise<CpioEntry[]> {
  const files = new Map<string, CpioEntry>();
  const add = (entry: CpioEntry): unknown => files.set(entry.path, entry);
  const copy = (path: string, from: string, executable: boolean): unknown =>
    add({ path, kind: 'file', data: readFileSync(realpathSync(from)), executable });

  const busybox = findProgram('busybox')!;
  const { lastLines } = await runProcess(['sh', '-c', '"$1" --list | tr "\\n" " "', 'sh', busybox]);
  for (const applet of lastLines.join(' ').split(/\s+/).filter((name) => name !== '' && name !== 'busybox')) {
    add({ path: `bin/${applet}`, kind: 'link', target: 'busybox' });
  }
  const optional = OPTIONAL.filter((name) => findProgram(name) !== undefined);
  for (const name of ['busybox', 'hackbench', 'zstd', 'nice', ...optional]) {
    const from = findProgram(name)!;
    copy(`bin/${name}`, from, true);
    for (const library of await librariesOf(from)) copy(`${LIBRARIES}/${basename(library)}`, library, false);
  }
  // Loaded at run time, by threads that end.
  const unwinder = `/${LIBRARIES}/libgcc_s.so.1`;
  if (existsSync(unwinder)) copy(`${LIBRARIES}/libgcc_s.so.1`, unwinder, false);
  copy(LOADER.slice(1), LOADER, true);
  for (const name of readdirSync(programs)) copy(`bin/${name}`, join(programs, name), true);

  const folder = guestFolder();
  copy('init', join(folder, 'init'), true);
  copy('cfslab/run.sh', join(folder, 'run.sh'), true);
  for (const name of readdirSync(join(folder, 'workloads'))) copy(`cfslab/workloads/${name}`, join(folder, 'workloads', name), true);
  add({ path: 'etc/passwd', kind: 'file', data: Buffer.from('root:x:0:0:root:/root:/bin/sh\n') });
  add({ path: 'etc/group', kind: 'file', data: Buffer.from('root:x:0:\n') });
  add({ path: 'dev/console', kind: 'device', major: 5, minor: 1 });
  add({ path: 'sbin', kind: 'link', target: 'bin' });
  for (const path of [...MOUNT_POINTS, ...[...files.keys()].flatMap(parentsOf)]) add({ path, kind: 'directory' });
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The files of the shared libraries that a program is linked with; none where it is static. */
async function librariesOf(file: string): Promise<string[]> {
  const found: string[] = [];
  await runProcess(['ldd', file], {
    onLine(line) {
      if (line.includes('not found')) throw new OutsideError(`${file}: ${line.trim()}`);
      const match = /=> (\/\S+)/.exec(line);
      if (match !== null) found.push(match[1]!);
    },
  });
  return found;
}
