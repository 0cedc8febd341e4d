import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError, OutsideError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import { sha256OfFile } from '../file-hash.js';
import { SOURCE_PACKAGE, SOURCE_TARBALL } from './kernel-tools.js';

/** Where a kernel's source comes from. */
export interface Source {
  readonly kind: 'tarball' | 'tree';
  readonly path: string;
  /** Of a tarball its sha256; of a tree that of names, sizes and times of its files, as make would look at them. */
  readonly hash: string;
}

/** The source that was named, or Debian's. @throws InputError, or OutsideError where Debian's is not installed */
export async function openSource(given: string | undefined, standard = SOURCE_TARBALL): Promise<Source> {
  if (given === undefined && !existsSync(standard)) {
    throw new OutsideError(
      `building a kernel needs its source: apt-get install --no-install-recommends ${SOURCE_PACKAGE}, or --source TREE|TARBALL`,
    );
  }
  const path = resolve(given ?? standard);
  switch (kindOf(path)) {
    case 'directory':
      return { kind: 'tree', path, hash: hashOfTree(path) };
    case 'file':
      return { kind: 'tarball', path, hash: await sha256OfFile(path) };
    default:
      throw new InputError('--source', '', 'a kernel tree or a tarball of one', path);
  }
}

/** Folders of a working copy that are no source. */
const PASSED_OVER = new Set(['.git']);

function hashOfTree(tree: string): string {
  const hash = createHash('sha256');
  const walk = (folder: string): void => {
    const entries = readdirSync(join(tree, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!PASSED_OVER.has(entry.name)) walk(path);
      } else if (entry.isFile()) {
        const { size, mtimeMs, mode } = statSync(join(tree, path));
        hash.update(`${path}\0${size} ${mtimeMs} ${mode}\n`);
      } else {
        hash.update(`${path}\0${entry.isSymbolicLink() ? 'link' : 'other'}\n`);
      }
    }
  };
  walk('');
  return hash.digest('hex');
}
