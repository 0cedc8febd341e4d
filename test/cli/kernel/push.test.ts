import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelPage } from '../../../src/kernel-validation/page/index.js';
import { pageBytes } from '../../../src/libml/page.js';
import { namedModel } from '../../../src/policies/models.js';
import { cli } from '../support.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-push-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { model } = namedModel('early', 'test');

/** A folder with files as the kernel has them; what is written to them stays there. */
function standIn(): void {
  for (const name of ['model', 'mode']) writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'active'), `hash ${model.hash}\nkind network\ngeneration 7\nsource abc\n`);
}

describe('kernel push', () => {
  it('writes the page in one piece, then the mode, and says what is active', async () => {
    standIn();
    const { code, out } = await cli('kernel', 'push', 'early', '--mode', 'shadow', '--debugfs', folder, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ bytes: pageBytes([9, 16, 1]), hash: model.hash, generation: 7, mode: 'shadow', source: 'abc' });
    expect(new Uint8Array(readFileSync(join(folder, 'model')))).toEqual(modelPage(model));
    expect(readFileSync(join(folder, 'mode'), 'utf8')).toBe('shadow\n');
  });

  it('writes the page to a file for a guest, which needs no kernel', async () => {
    const file = join(folder, 'early.page');
    const { code, out } = await cli('kernel', 'push', 'early', '--page', file, '--debugfs', join(folder, 'none'));
    expect([code, out]).toEqual([0, `${file}: ${modelPage(model).length} bytes, ${model.hash}\n`]);
    expect(new Uint8Array(readFileSync(file))).toEqual(modelPage(model));
  });

  it('says in one line that no such kernel runs', async () => {
    const { code, err } = await cli('kernel', 'push', 'early', '--debugfs', join(folder, 'none'));
    expect(code).toBe(3);
    expect(err).toMatch(/^cfslab: .*none: not there: no kernel with cfslab's policies runs here.*\n$/);
  });

  it('says that the kernel names nothing where it does not', async () => {
    standIn();
    writeFileSync(join(folder, 'active'), 'none\n');
    const { code, err } = await cli('kernel', 'push', 'early', '--debugfs', folder);
    expect([code, err]).toEqual([3, expect.stringContaining('names no policy')]);
  });

  it.each([
    [['early', '--mode', 'on'], '--mode: expected off, shadow, decide, found on'],
    [['early', '--page', 'x', '--mode', 'off'], 'no --mode'],
    [['lost'], 'expected a model'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await cli('kernel', 'push', ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
