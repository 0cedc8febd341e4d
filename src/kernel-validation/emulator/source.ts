import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutsideError } from '../../input/error.js';
import { runProcess, type ProcessOptions } from '../run-process.js';

/** The source that our change knows: QEMU 7.2, as Debian 12 has it. */
export const QEMU_VERSION = '7.2';
const PACKAGE = 'qemu';

/** Where apt keeps its list of archives. */
const APT = '/etc/apt';

/** What the steps of a build need of the caller. */
export type Steps = Pick<ProcessOptions, 'signal' | 'onLine'>;

/**
 * The archives of Debian's stanzas (`*.sources`) with the type of sources, or '' where none is of this release. Other
 * vendors' archives are left out: nothing of theirs is needed, and one that has no sources would be an error.
 */
export function sourceStanzas(text: string, codename: string): string {
  return text
    .split(/\n\s*\n/)
    .map((stanza) => stanza.split('\n').filter((line) => !line.startsWith('#')).join('\n').trim())
    .filter((stanza) => /^Types:.*\bdeb(-src)?\b/m.test(stanza) && new RegExp(`^Suites:.*\\b${codename}\\b`, 'm').test(stanza))
    .filter((stanza) => !/^Enabled:\s*no/im.test(stanza) && /^Components:.*\bmain\b/m.test(stanza))
    .map((stanza) => stanza.replace(/^Types:.*$/m, 'Types: deb-src'))
    .join('\n\n');
}

/** The same of the older form, one archive a line (`sources.list`). */
export function sourceLines(text: string, codename: string): string {
  const ours = new RegExp(`^deb(-src)?\\s.*\\b${codename}(-\\w+)?(/\\S+)?\\s.*\\bmain\\b`);
  return [...new Set(text.split('\n').filter((line) => ours.test(line)).map((line) => line.replace(/^deb(-src)?\s/, 'deb-src ')))]
    .join('\n');
}

/**
 * Downloads Debian's source package into a directory, by a configuration of apt's that is our own: the system's lists are not
 * touched, and whether they have sources does not matter.
 *
 * @returns the path of the .dsc
 * @throws OutsideError where no archive has it or the network fails
 */
export async function downloadSource(directory: string, steps: Steps): Promise<string> {
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
  const apt = join(directory, 'apt');
  for (const name of ['lists/partial', 'parts', 'cache/archives/partial']) mkdirSync(join(apt, name), { recursive: true });
  const texts = aptFiles().map((file) => [file, readFileSync(file, 'utf8')] as const);
  const stanzas = texts.filter(([file]) => file.endsWith('.sources')).map(([, text]) => sourceStanzas(text, codename));
  const lines = texts.filter(([file]) => file.endsWith('.list')).map(([, text]) => sourceLines(text, codename));
  writeFileSync(join(apt, 'parts', 'cfslab.sources'), `${stanzas.filter((text) => text !== '').join('\n\n')}\n`);
  writeFileSync(join(apt, 'sources.list'), `${lines.filter((text) => text !== '').join('\n')}\n`);
  const options = [
    `Dir::Etc::SourceList=${join(apt, 'sources.list')}`, `Dir::Etc::SourceParts=${join(apt, 'parts')}`,
    `Dir::State::Lists=${join(apt, 'lists')}`, `Dir::Cache=${join(apt, 'cache')}`, 'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  await step(['apt-get', ...options, 'update'], directory, steps, 'the list of Debian sources cannot be fetched');
  const fetch = ['apt-get', ...options, '--only-source', '--download-only', 'source', PACKAGE];
  await step(fetch, directory, steps, `Debian's source package ${PACKAGE} cannot be fetched`);
  const dsc = readdirSync(directory).find((name) => name.endsWith('.dsc'));
  if (dsc === undefined) throw new OutsideError(`apt-get source ${PACKAGE} has left no .dsc`);
  return join(directory, dsc);
}

function aptFiles(): string[] {
  const folder = join(APT, 'sources.list.d');
  const parts = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name)) : [];
  const single = join(APT, 'sources.list');
  return [...(existsSync(single) ? [single] : []), ...parts.sort((a, b) => (a < b ? -1 : 1)).map((name) => join(folder, name))];
}

/**
 * Unpacks a source package.
 * @param dsc of QEMU 7.2
 * @param tree where to; must not be there
 * @throws OutsideError where it is another version or cannot be unpacked
 */
export async function unpackSource(dsc: string, tree: string, steps: Steps): Promise<void> {
  const version = /^Version: (?:\d+:)?(\S+)$/m.exec(readFileSync(dsc, 'utf8'))?.[1] ?? 'nothing';
  if (!version.startsWith(`${QEMU_VERSION}+`) && !version.startsWith(`${QEMU_VERSION}.`)) {
    throw new OutsideError(`the change of the emulator is for QEMU ${QEMU_VERSION}, which Debian 12 has; this is ${version}`);
  }
  const argv = ['dpkg-source', '--no-check', '--no-copy', '-x', dsc, tree];
  await step(argv, '/', steps, 'the source of QEMU cannot be unpacked');
}

/** Runs one step of a build. @throws OutsideError with its last lines where it fails */
export async function step(argv: readonly string[], cwd: string, steps: Steps, trouble: string): Promise<void> {
  const { code, lastLines } = await runProcess(argv, { ...steps, cwd });
  if (code === 0) return;
  const word = lastLines.filter((line) => line.trim() !== '').slice(-3).join(' / ');
  throw new OutsideError(`${trouble}: ${argv[0]} ended with code ${code}: ${word}`);
}
