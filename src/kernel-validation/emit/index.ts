import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../input/package-root.js';
import { writePage, type NetworkPage, type RulePage } from '../page/write-page.js';
import { builtinHeader, featuresHeader, layoutHeader, shapesHeader, sourceHeader } from './headers.js';
import { shapeOf, type Shape } from './shape.js';
import { shapesTable } from './shapes-header.js';

/** A file of the emitted C. */
export interface EmittedFile {
  /** Below kernel/sched/cfslab/ of the tree: `policy/check.c`. */
  readonly path: string;
  readonly text: string;
}

export interface Emitted {
  /** sha256 of all that the files are made from; every file carries it, and the running kernel reports it. */
  readonly hash: string;
  /** In order of path. */
  readonly files: readonly EmittedFile[];
}

const FOLDER = 'policy';

/** The sources that need no kernel: the check, and all arithmetic. They compile in user space, with the folder's headers. */
export const USER_SPACE_SOURCES = ['check.c', 'features.c', 'plan.c', 'prepare.c', 'shapes.c'].map((name) => `${FOLDER}/${name}`);

/**
 * The kernel's C: our sources, the headers that are made from the feature table and the layout of a page, and the policy that
 * is built in. The same input gives the same bytes.
 *
 * @param builtin what is active from the start, with the mode off; null: nothing is until something is pushed
 * @param alike models whose shape is to be as quick as that of the one which is built in, when such are pushed
 * @param standby what takes over from the one that is built in when its time has come
 * @throws InputError as `writePage` does
 */
export function emitPolicy(
  builtin: NetworkPage | RulePage | null = null,
  alike: readonly NetworkPage[] = [],
  standby: NetworkPage | null = null,
): Emitted {
  const page = builtin === null ? null : writePage(builtin);
  const shapes = shapesOf([...(builtin?.kind === 'network' ? [builtin] : []), ...(standby === null ? [] : [standby]), ...alike]);
  const files = [
    ...staticFiles(),
    { name: 'layout.h', text: layoutHeader() },
    { name: 'features.h', text: featuresHeader() },
    { name: 'builtin.h', text: builtinHeader(page, standby === null ? null : writePage(standby)) },
    { name: 'shapes.h', text: shapesHeader(shapes) },
    { name: 'shapes.c', text: shapesTable(shapes) },
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const digest = createHash('sha256');
  for (const { name, text } of files) digest.update(`${name}\0${text.length}\0${text}`);
  const hash = digest.digest('hex');
  return {
    hash,
    files: [...files, { name: 'source.h', text: sourceHeader(hash) }]
      .map(({ name, text }) => ({ path: `${FOLDER}/${name}`, text: marked(name, text, hash) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** The shapes of networks, each once. */
function shapesOf(pages: readonly NetworkPage[]): Shape[] {
  const shapes = pages.map(({ program }) => shapeOf(program)).filter((shape) => shape !== null);
  return [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
}

/** Our own C, as it stands. */
function staticFiles(): Array<{ readonly name: string; readonly text: string }> {
  const folder = join(packageRoot(), 'kernel-validation', 'kernel', FOLDER);
  return readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** The text with the hash behind its first line, which names the licence. */
function marked(name: string, text: string, hash: string): string {
  const end = text.indexOf('\n') + 1;
  const note = `emitted by cfslab from ${hash}`;
  const line = name.endsWith('.h') || name.endsWith('.c') ? `/* ${note} */` : `# ${note}`;
  return `${text.slice(0, end)}${line}\n${text.slice(end)}`;
}
