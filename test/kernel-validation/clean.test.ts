import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryBeside } from '../../src/input/temporary.js';
import { cached, cachedEntry, cacheLock } from '../../src/kernel-validation/cache.js';
import { cacheItems, cleanCache, keepLatest } from '../../src/kernel-validation/clean.js';
import { buildingIn } from '../../src/kernel-validation/build/workspace.js';
import { withLock } from '../../src/kernel-validation/lock.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cache-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const DAY = 86_400;
const NOW = Math.floor(Date.now() / 1000);

/** A folder of the cache with a file of 5000 bytes in it, last used so many days ago. */
function put(path: string, days: number): string {
  const folder = join(root, path);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'file'), Buffer.alloc(5000, 1));
  utimesSync(folder, NOW - days * DAY, NOW - days * DAY);
  return folder;
}

/** A source with a tree and two configurations, last used so many days ago. */
function putSource(name: string, ...days: readonly number[]): void {
  put(`kernel-work/${name}/tree`, 99);
  days.forEach((day, i) => put(`kernel-work/${name}/c${i}`, day));
  const folder = join(root, 'kernel-work', name);
  utimesSync(folder, NOW - 99 * DAY, NOW - 99 * DAY);
}

const clean = (days: number, dryRun = false) => cleanCache({ root, beforeMs: (NOW - days * DAY) * 1000, dryRun });
const byText = (a: string, b: string): number => (a < b ? -1 : 1);
const paths = (items: readonly { readonly path: string }[]): string[] => items.map(({ path }) => path.slice(root.length + 1)).sort(byText);

describe('cleaning the cache', () => {
  it('removes what was not used since, and says how large it was', async () => {
    put('kernel/old', 20);
    put('kernel/new', 3);
    put('emulator/old', 15);
    putSource('s1', 20, 1);
    putSource('s2', 20, 30);
    const would = await clean(14, true);
    expect(existsSync(join(root, 'kernel/old'))).toBe(true);
    const { removed, kept, busy } = await clean(14);
    expect([removed, kept, busy]).toEqual([would.removed, would.kept, would.busy]);
    expect(paths(removed)).toEqual(['emulator/old', 'kernel-work/s1/c0', 'kernel-work/s2', 'kernel/old']);
    expect(paths(kept)).toEqual(['kernel-work/s1/c1', 'kernel-work/s1/tree', 'kernel/new']);
    expect(busy).toEqual([]);
    expect(removed.find(({ path }) => path.endsWith('kernel/old'))!.bytes).toBeGreaterThanOrEqual(5000);
    for (const { path } of removed) expect(existsSync(path)).toBe(false);
    for (const { path } of kept) expect(existsSync(path)).toBe(true);
    expect(readdirSync(join(root, 'kernel-work'))).toEqual(['s1']);
  });

  it('leaves what somebody is making', async () => {
    put('kernel/old', 20);
    putSource('s1', 20);
    await withLock(cacheLock('kernel-work', 's1', root), async () => {
      const { removed, busy } = await clean(14);
      expect(paths(removed)).toEqual(['kernel/old']);
      expect(paths(busy)).toEqual(['kernel-work/s1']);
      expect(existsSync(join(root, 'kernel-work/s1/tree/file'))).toBe(true);
    });
    expect(paths((await clean(14)).removed)).toEqual(['kernel-work/s1']);
  });

  it('leaves an entry that was made long ago and used today', async () => {
    const make = (directory: string): void => writeFileSync(join(directory, 'x'), '');
    for (const key of ['a', 'b']) {
      const path = await cached('guest', key, make, { root });
      utimesSync(path, NOW - 50 * DAY, NOW - 50 * DAY);
    }
    await cached('guest', 'a', make, { root });
    expect(paths((await clean(14)).removed)).toEqual(['guest/b']);
    expect(cachedEntry('guest', 'a', root)).toBeDefined();
  });

  it('takes what a process of this machine has left that was killed, however young', async () => {
    const mine = basename(temporaryBeside('k')).replace(/-\d+-/, '-4194999-');
    // That of another machine may be alive there.
    const others = mine.replace(/(tmp-)[^-]+/, '$1elsewhere');
    for (const name of [mine, others]) put(`kernel/${name}`, 1);
    expect(paths((await clean(14)).removed)).toEqual([`kernel/${mine}`]);
    expect(readdirSync(join(root, 'kernel'))).toEqual([others]);
  });

  it('knows nothing of a cache that is not there', () => {
    expect(cacheItems(join(root, 'none'), Infinity)).toEqual([]);
  });
});

describe('of the objects of a source', () => {
  it('those that were used last are kept', () => {
    putSource('s', 4, 1, 3, 2);
    const folder = join(root, 'kernel-work', 's');
    expect(keepLatest(folder, 2, ['tree'])).toEqual(['c2', 'c0']);
    expect(readdirSync(folder).sort(byText)).toEqual(['c1', 'c3', 'tree']);
    expect(statSync(join(folder, 'tree')).isDirectory()).toBe(true);
  });

  it('a build keeps its own and two more', async () => {
    putSource('s', 4, 1, 3, 2);
    const folder = join(root, 'kernel-work', 's');
    const workspace = { tree: join(folder, 'tree'), objects: join(folder, 'c0', 'objects') };
    await buildingIn(workspace, () => Promise.resolve());
    expect(readdirSync(folder).sort(byText)).toEqual(['c0', 'c1', 'c3', 'tree']);
  });
});
