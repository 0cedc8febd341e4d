import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Emitted } from '../../../src/kernel-validation/emit/index.js';
import { readChange } from '../../../src/kernel-validation/install/change.js';
import { install, uninstall } from '../../../src/kernel-validation/install/install.js';
import { changeOf, contentsOf, makeTree, STAND_IN } from './stand-in.js';

/** The write that fails, counted from 1; 0 where all go well. */
let failingWrite = 0;
let writes = 0;
vi.mock('../../../src/input/atomic.js', async (original) => {
  const actual = await original<typeof import('../../../src/input/atomic.js')>();
  return {
    ...actual,
    writeFileAtomic: (path: string, data: string): void => {
      if (++writes === failingWrite) throw new Error('killed here');
      actual.writeFileAtomic(path, data);
    },
  };
});

let tree = '';
let stock: Record<string, string> = {};
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'tree-'));
  makeTree(tree);
  chmodSync(join(tree, 'kernel/one.c'), 0o755);
  stock = contentsOf(tree);
  failingWrite = writes = 0;
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

const later = changeOf({
  places: [{ file: 'kernel/one.c', within: 'int one(', anchor: 'return a;', where: 'replace', text: 'return ours(a);', why: 'a test' }],
  files: { 'ours.h': '#define OURS 2\n', 'new.c': '' },
});

describe('an installation', () => {
  it('edits the files, adds ours and says so', async () => {
    expect(await install(tree, changeOf())).toMatchObject({ release: 'Linux 6.1.9', outcome: 'installed', repaired: false });
    expect(readFileSync(join(tree, 'kernel/one.c'), 'utf8')).toContain('int a = 2;\n\n\tours(a);\n\treturn a;');
    expect(readFileSync(join(tree, 'kernel/two.c'), 'utf8')).toMatch(/int three;\nint ours;$/);
    expect(readFileSync(join(tree, 'kernel/sched/cfslab/ours.h'), 'utf8')).toBe('#define OURS\n');
    expect(statSync(join(tree, 'kernel/one.c')).mode & 0o777).toBe(0o755);
  });

  it('is taken out to the byte', async () => {
    await install(tree, changeOf());
    expect(contentsOf(tree)).not.toEqual(stock);
    expect(await uninstall(tree)).toBe(true);
    expect(contentsOf(tree)).toEqual(stock);
    expect(await uninstall(tree)).toBe(false);
  });

  it('a second time does nothing', async () => {
    await install(tree, changeOf());
    const first = contentsOf(tree);
    writes = 0;
    expect((await install(tree, changeOf())).outcome).toBe('unchanged');
    expect(writes).toBe(0);
    expect(contentsOf(tree)).toEqual(first);
  });

  it('of another change brings the tree up to date, and leaves alone what is right already', async () => {
    await install(tree, changeOf());
    const old = new Date(2001, 1, 1);
    utimesSync(join(tree, 'kernel/sched/Makefile'), old, old);
    const now = changeOf({ places: [...changeOf().places.slice(1), ...later.places], files: { 'ours.h': '#define OURS 2\n', 'new.c': '' } });
    expect((await install(tree, now)).outcome).toBe('updated');
    expect(statSync(join(tree, 'kernel/sched/Makefile')).mtime).toEqual(old);
    expect(existsSync(join(tree, 'kernel/sched/cfslab/Kconfig'))).toBe(false);
    const updated = contentsOf(tree);
    await uninstall(tree);
    expect(contentsOf(tree)).toEqual(stock);
    await install(tree, now);
    expect(contentsOf(tree)).toEqual(updated);
  });

  it('of a change that edits fewer files puts the others back', async () => {
    await install(tree, changeOf());
    await install(tree, later);
    expect(readFileSync(join(tree, 'kernel/two.c'), 'utf8')).toBe(STAND_IN['kernel/two.c']);
    await uninstall(tree);
    expect(contentsOf(tree)).toEqual(stock);
  });

  it('puts back a file of ours that was lost', async () => {
    await install(tree, changeOf());
    rmSync(join(tree, 'kernel/sched/cfslab/ours.h'));
    expect((await install(tree, changeOf())).outcome).toBe('updated');
    expect(existsSync(join(tree, 'kernel/sched/cfslab/ours.h'))).toBe(true);
  });
});

describe('an installation that ends at any of its writes', () => {
  const all = async (work: () => Promise<unknown>, check: () => Promise<void>): Promise<number> => {
    for (let at = 1; ; at++) {
      rmSync(tree, { recursive: true });
      makeTree(tree);
      chmodSync(join(tree, 'kernel/one.c'), 0o755);
      failingWrite = 0;
      if (work === updating) await install(tree, changeOf());
      writes = 0;
      failingWrite = at;
      const failed = await work().then(() => false, () => true);
      failingWrite = 0;
      if (!failed) return at - 1;
      await check();
    }
  };
  const updating = (): Promise<unknown> => install(tree, later);
  const installing = (): Promise<unknown> => install(tree, changeOf());
  const removing = async (): Promise<unknown> => {
    const stop = failingWrite;
    failingWrite = 0;
    await install(tree, changeOf());
    writes = 0;
    failingWrite = stop;
    return uninstall(tree);
  };

  for (const [name, work, least] of [['install', installing, 8], ['update', updating, 5], ['uninstall', removing, 4]] as const) {
    it(`is taken out to the byte, or done by the next (${name})`, async () => {
      await install(tree, later);
      const whole = contentsOf(tree);
      const tried = await all(work, async () => {
        const copy = `${tree}-copy`;
        cpSync(tree, copy, { recursive: true });
        expect((await install(copy, later)).outcome).not.toBe('unchanged');
        expect(contentsOf(copy)).toEqual(whole);
        rmSync(copy, { recursive: true });
        await uninstall(tree);
        expect(contentsOf(tree)).toEqual(stock);
      });
      expect(tried).toBeGreaterThanOrEqual(least);
    });
  }
});

describe('a tree is refused', () => {
  const refuses = async (what: string, change = changeOf()): Promise<void> => {
    const before = contentsOf(tree);
    await expect(install(tree, change)).rejects.toThrow(what);
    expect(contentsOf(tree)).toEqual(before);
  };
  const write = (path: string, text: string): void => writeFileSync(join(tree, path), text);

  it('where its name is not known', async () => {
    write('Makefile', STAND_IN['Makefile']!.replace('SUBLEVEL = 9', 'SUBLEVEL = 10'));
    await refuses('Makefile: expected Linux 6.1.9, found Linux 6.1.10 (Stand In)');
    write('Makefile', STAND_IN['Makefile']!.replace('EXTRAVERSION =', 'EXTRAVERSION = -rc1'));
    await refuses('found Linux 6.1.9-rc1 (Stand In)');
    write('Makefile', STAND_IN['Makefile']!.replace('Stand In', 'Other'));
    await refuses('found Linux 6.1.9 (Other)');
  });

  it('where it is no kernel', async () => {
    write('Makefile', 'all:\n');
    await refuses('expected the source of a Linux kernel');
    rmSync(join(tree, 'Makefile'));
    await refuses('Makefile: expected a file, found nothing of that name');
    await expect(uninstall(tree)).rejects.toThrow('expected the source of a Linux kernel');
  });

  it('where an anchor is missing or there twice; nothing is changed then', async () => {
    write('kernel/two.c', 'int four;\n');
    await refuses('two.c: "int three;": expected to find it exactly once, found it nowhere');
    write('kernel/two.c', 'int three;\nint three;\n');
    await refuses('found it again');
    rmSync(join(tree, 'kernel/two.c'));
    await refuses('two.c: expected a file');
  });

  it('where our folder is there and nobody knows why', async () => {
    mkdirSync(join(tree, 'kernel/sched/cfslab'));
    await refuses('expected no such folder');
  });

  it('where somebody edited a file since', async () => {
    await install(tree, changeOf());
    write('kernel/one.c', `${readFileSync(join(tree, 'kernel/one.c'), 'utf8')}int mine;\n`);
    await refuses('one.c: expected the file as the change left it');
    await refuses('one.c: expected the file as the change left it', later);
    await expect(uninstall(tree)).rejects.toThrow('edited since');
    expect(readFileSync(join(tree, 'kernel/one.c'), 'utf8')).toContain('int mine;');
  });
});

describe('the change of this package', () => {
  const change = readChange();

  it('names only short anchors, each with its reason, and files below the tree', () => {
    expect(change.places.length).toBeGreaterThan(50);
    for (const { anchor, file } of change.places) {
      expect(anchor.length, anchor).toBeLessThanOrEqual(120);
      expect(file).not.toContain('..');
    }
    expect(change.releases.map(({ version }) => version)).toContain('6.1.192');
  });

  it('has the C of a policy in a folder of its own', () => {
    expect(change.files.has('policy/decide.h')).toBe(true);
    expect(change.files.has('Kconfig')).toBe(true);
    expect(change.policy).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has another hash with another policy, and refuses a file that takes a name', () => {
    const emitted = (path: string): Emitted => ({ hash: 'x', files: [{ path, text: 'x' }] });
    expect(readChange(emitted('policy/x.h')).hash).not.toBe(change.hash);
    expect(() => readChange(emitted('fair.h'))).toThrow('fair.h: expected a name that no other part has');
  });
});
