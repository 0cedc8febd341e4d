import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../input/atomic.js';
import { InputError } from '../../input/error.js';
import { readTextFile } from '../../input/json.js';
import { withLock } from '../lock.js';
import { OUR_FOLDER, type Change } from './change.js';
import { edited } from './edit.js';
import { readRecord, RECORD_FOLDER, recordFile, sha256, sha256OfFile, stockFile, type InstallRecord } from './record.js';
import { releaseOf } from './release.js';

/** The largest file that is edited, bytes. kernel/sched/fair.c has some 330,000. */
const MAX_SOURCE_BYTES = 8 * 2 ** 20;

export interface Installed {
  readonly release: string;
  readonly change: string;
  readonly outcome: 'installed' | 'updated' | 'unchanged';
  /** What an installer that was killed had left was undone first. */
  readonly repaired: boolean;
}

/**
 * Changes a kernel tree, or brings a changed one up to date. Files that are right already are not touched, so that make
 * builds again only what hangs on the others.
 *
 * @throws InputError where the tree is not known, an anchor is not found exactly once (then nothing is changed), or a file was
 * edited by somebody else since the change was installed
 */
export async function install(tree: string, change: Change): Promise<Installed> {
  const { name } = releaseOf(tree, change.releases);
  return withLock(join(tree, 'Makefile'), () => {
    const repaired = undoHalf(tree);
    const before = readRecord(tree);
    if (before !== null) refuseForeignEdits(tree, before);
    const isSame = before?.change === change.hash && before.added.every(({ path, sha256: hash }) => isFile(tree, path, hash));
    if (isSame) return { release: name, change: change.hash, outcome: 'unchanged', repaired };
    if (before === null && existsSync(join(tree, OUR_FOLDER))) {
      throw new InputError(tree, OUR_FOLDER, 'no such folder in a tree without the change', 'one');
    }
    const stock = stockTexts(tree, change, before);
    const changed = new Map([...stock].map(([path, text]) => {
      const places = change.places.filter((place) => place.file === path);
      return [path, edited(text, places, join(tree, path))] as const;
    }));
    const record: InstallRecord = {
      schema: 1,
      state: 'installing',
      release: name,
      change: change.hash,
      edited: [...stock].map(([path, text]) => ({ path, stock: sha256(text), changed: sha256(changed.get(path)!) })),
      added: [...change.files].map(([file, bytes]) => ({ path: `${OUR_FOLDER}/${file}`, sha256: sha256(bytes) })),
    };
    for (const [path, text] of stock) put(stockFile(tree, path), text);
    const gone = (before?.added ?? []).filter(({ path }) => !record.added.some((entry) => entry.path === path));
    const spared = (before?.edited ?? []).filter(({ path }) => !stock.has(path));
    // Until all is done the record names whatever may have to be taken out.
    writeRecord(tree, { ...record, edited: [...record.edited, ...spared], added: [...record.added, ...gone] });
    for (const { path } of gone) rmSync(join(tree, path), { force: true });
    for (const folder of foldersOf({ ...record, added: gone })) removeIfEmpty(join(tree, folder));
    for (const { path } of spared) restore(tree, path);
    for (const [file, bytes] of change.files) put(join(tree, OUR_FOLDER, file), bytes);
    for (const [path, text] of changed) putKeepingMode(join(tree, path), text);
    writeRecord(tree, { ...record, state: 'installed' });
    for (const { path } of spared) {
      rmSync(stockFile(tree, path), { force: true });
      removeIfEmpty(dirname(stockFile(tree, path)));
    }
    return { release: name, change: change.hash, outcome: before === null ? 'installed' : 'updated', repaired };
  });
}

/**
 * Takes the change out: every file has the bytes that it had, and what was added is gone. Times of files are not put back,
 * since make would take what it compiled from the changed ones for up to date.
 *
 * @returns whether there was something to take out
 * @throws InputError where a file was edited by somebody else since
 */
export async function uninstall(tree: string): Promise<boolean> {
  if (!existsSync(join(tree, 'Makefile'))) throw new InputError(tree, 'Makefile', 'the source of a Linux kernel', 'none');
  return withLock(join(tree, 'Makefile'), () => {
    const repaired = undoHalf(tree);
    const record = readRecord(tree);
    if (record === null) return repaired;
    refuseForeignEdits(tree, record);
    takeOut(tree, record);
    return true;
  });
}

/** What an installer that was killed has left is taken out. */
function undoHalf(tree: string): boolean {
  const record = readRecord(tree);
  if (record === null) {
    // It was killed before its first edit.
    const left = existsSync(join(tree, RECORD_FOLDER));
    rmSync(join(tree, RECORD_FOLDER), { recursive: true, force: true });
    return left;
  }
  if (record.state === 'installed') return false;
  takeOut(tree, record);
  return true;
}

function takeOut(tree: string, record: InstallRecord): void {
  writeRecord(tree, { ...record, state: 'removing' });
  for (const { path } of record.edited) restore(tree, path);
  for (const { path } of record.added) rmSync(join(tree, path), { force: true });
  for (const folder of foldersOf(record)) removeIfEmpty(join(tree, folder));
  // The record goes first of its folder: without it there is nothing to undo, and the rest is waste.
  rmSync(recordFile(tree));
  rmSync(join(tree, RECORD_FOLDER), { recursive: true });
}

function stockTexts(tree: string, change: Change, before: InstallRecord | null): Map<string, string> {
  const paths = [...new Set(change.places.map((place) => place.file))];
  return new Map(paths.map((path) => {
    const isEdited = before?.edited.some((entry) => entry.path === path) === true;
    return [path, readTextFile(isEdited ? stockFile(tree, path) : join(tree, path), MAX_SOURCE_BYTES)];
  }));
}

function refuseForeignEdits(tree: string, record: InstallRecord): void {
  for (const { path, changed } of record.edited) {
    if (!isFile(tree, path, changed)) {
      throw new InputError(join(tree, path), '', 'the file as the change left it', 'one that was edited since');
    }
  }
}

function restore(tree: string, path: string): void {
  if (existsSync(stockFile(tree, path))) putKeepingMode(join(tree, path), readFileSync(stockFile(tree, path)));
}

function isFile(tree: string, path: string, hash: string): boolean {
  return existsSync(join(tree, path)) && sha256OfFile(join(tree, path)) === hash;
}

function writeRecord(tree: string, record: InstallRecord): void {
  writeFileAtomic(recordFile(tree), `${JSON.stringify(record, null, 1)}\n`);
}

/** Writes a file where it is not so already. */
function put(path: string, data: string | Uint8Array): void {
  if (existsSync(path) && sha256OfFile(path) === sha256(data)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, data);
}

function putKeepingMode(path: string, data: string | Uint8Array): void {
  const { mode } = statSync(path);
  put(path, data);
  chmodSync(path, mode & 0o7777);
}

/** The folders of our files, the deepest first. */
function foldersOf(record: InstallRecord): string[] {
  return [...new Set([OUR_FOLDER, ...record.added.map(({ path }) => dirname(path))])].sort((a, b) => b.length - a.length);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else's file is in it, or it was never made.
  }
}
