import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readChange } from '../../../src/kernel-validation/install/change.js';
import type { Place } from '../../../src/kernel-validation/install/place.js';
import { contentsOf, makeTree } from '../../kernel-validation/install/stand-in.js';
import { cli } from '../support.js';

let tree = '';
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'cfslab-cli-tree-'));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

/** A tree that has nothing but the anchors, each in its function. */
function treeOfAnchors(places: readonly Place[]): Record<string, string> {
  const files: Record<string, string> = {
    Makefile: 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\nNAME = Curry Ramen\n',
  };
  for (const file of new Set(places.map((place) => place.file))) {
    const own = places.filter((place) => place.file === file);
    const heads = [...new Set(own.map(({ within }) => within).filter((head) => head !== undefined))];
    const functions = heads.map((head) => {
      // An anchor above that ends with the head is the head.
      const whole = own.find(({ within, anchor }) => within === undefined && anchor.includes(head))?.anchor ?? head;
      const lines = own.filter(({ within }) => within === head).reduce((text, { anchor }) => (text.includes(anchor) ? text : `${text}\t${anchor}\n`), '');
      return `${whole}\n{\n${lines}}\n`;
    });
    const body = functions.join('\n');
    const rest = own.filter(({ within, anchor }) => within === undefined && !body.includes(anchor)).map(({ anchor }) => `${anchor}\n`);
    files[file] = [...new Set(rest)].join('') + body;
  }
  return files;
}

describe('cfslab kernel install', () => {
  it('changes a tree that has the anchors, and uninstall takes that out', async () => {
    const { places, files, policy } = readChange();
    makeTree(tree, treeOfAnchors(places));
    const stock = contentsOf(tree);
    const { code, out, err } = await cli('kernel', 'install', tree);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(`${tree}: Linux 6.1.192, installed: ${places.length} places, ${files.size} files\n`);
    const again = await cli('kernel', 'install', tree, '--json');
    expect(JSON.parse(again.out)).toMatchObject({ outcome: 'unchanged', repaired: false, policy });
    expect((await cli('kernel', 'uninstall', tree)).out).toBe(`${tree}: is as it was before\n`);
    expect(contentsOf(tree)).toEqual(stock);
    expect((await cli('kernel', 'uninstall', tree)).out).toBe(`${tree}: had no change in it\n`);
  });

  it('refuses another kernel, and a folder that is none, in one line', async () => {
    makeTree(tree);
    expect(await cli('kernel', 'install', tree)).toMatchObject({ code: 2, out: '' });
    expect((await cli('kernel', 'install', tree)).err).toMatch(/^cfslab: .*Makefile: expected Linux 6\.1\.192 or .*, found Linux 6\.1\.9 \(Stand In\)\n$/);
    mkdirSync(join(tree, 'empty'));
    expect(await cli('kernel', 'uninstall', join(tree, 'empty'))).toMatchObject({ code: 2, out: '' });
  });
});

describe('cfslab kernel build', () => {
  it('refuses what makes no sense, in one line', async () => {
    writeFileSync(join(tree, 'config'), 'no configuration\n');
    const cases: ReadonlyArray<readonly [readonly string[], string]> = [
      [['--config', join(tree, 'config'), '--distro'], '--distro: expected one of --config and --distro, found both'],
      [['--policy', 'stock', '--model', 'x'], '--model: expected one of --model and --policy, found both'],
      [['--jobs', '0'], '--jobs: expected an integer from 1 to 1024, found 0'],
      [['--policy', 'no-such-policy'], 'no-such-policy'],
    ];
    for (const [options, expected] of cases) {
      const { code, out, err } = await cli('kernel', 'build', ...options);
      expect([code, out], err).toEqual([2, '']);
      expect(err).toContain(expected);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  });
});
