import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutsideError } from '../../src/input/error.js';
import { cached, cachedEntry, cacheKey, cacheRoot } from '../../src/kernel-validation/cache.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cache-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const key = cacheKey({ a: 1 });

describe('the place of the cache', () => {
  it('is CFSLAB_CACHE, else the user’s cache folder', () => {
    expect(cacheRoot({ CFSLAB_CACHE: '/a/b' })).toBe('/a/b');
    expect(cacheRoot({ XDG_CACHE_HOME: '/x' })).toBe('/x/cfslab');
    expect(cacheRoot({ XDG_CACHE_HOME: 'relative' })).toMatch(/\/\.cache\/cfslab$/);
    expect(() => cacheRoot({ CFSLAB_CACHE: 'relative' })).toThrow('CFSLAB_CACHE: expected an absolute path');
  });
});

describe('keys', () => {
  it('depend on every name and byte and on no order', () => {
    expect(cacheKey({ a: 'x', b: 1 })).toBe(cacheKey({ b: 1, a: 'x' }));
    const all = [{}, { a: 1 }, { a: '1' }, { a: 12 }, { a: 1, b: 2 }, { b: 1 }, { a: Buffer.from('1') }, { a: null }, { ab: '' }];
    expect(new Set(all.map((inputs) => cacheKey(inputs))).size).toBe(all.length);
  });

  it('of different inputs differ', () => {
    const inputs = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.uint8Array({ maxLength: 4 })), { maxKeys: 3 });
    fc.assert(
      fc.property(inputs, inputs, (a, b) => {
        const plain = (o: object): string => JSON.stringify(Object.entries(o).sort(([x], [y]) => (x < y ? -1 : 1)));
        const same = plain(a) === plain(b);
        expect(cacheKey(a) === cacheKey(b)).toBe(same);
      }),
    );
  });
});

describe('entries', () => {
  it('are made once', async () => {
    let made = 0;
    const make = (directory: string): void => writeFileSync(join(directory, 'x'), String(++made));
    const first = await cached('kind', key, make, { root });
    expect(await cached('kind', key, make, { root })).toBe(first);
    expect(readFileSync(join(first, 'x'), 'utf8')).toBe('1');
    expect(cachedEntry('kind', key, root)).toBe(first);
    expect(cachedEntry('other', key, root)).toBeUndefined();
  });

  it('are not there when making them failed, and can be made then', async () => {
    const fail = (directory: string): void => {
      writeFileSync(join(directory, 'half'), '');
      throw new Error('no');
    };
    await expect(cached('kind', key, fail, { root })).rejects.toThrow('no');
    expect(readdirSync(join(root, 'kind'))).toEqual([]);
    await cached('kind', key, () => undefined, { root });
    expect(readdirSync(join(root, 'kind'))).toEqual([key]);
  });

  it('that two ask for at the same time are made by one, while the other waits', async () => {
    let making = 0;
    let made = 0;
    let waited = 0;
    const make = async (): Promise<void> => {
      expect(++making).toBe(1);
      await new Promise((next) => setTimeout(next, 100));
      made++;
      making--;
    };
    const options = { root, onWait: (): void => void waited++ };
    await Promise.all([cached('kind', key, make, options), cached('kind', key, make, options)]);
    expect([made, waited]).toEqual([1, 1]);
  });

  it('do not keep one another waiting', async () => {
    await cached('kind', key, async () => void (await cached('kind', cacheKey({ a: 2 }), () => undefined, { root })), { root });
    expect(readdirSync(join(root, 'kind'))).toHaveLength(2);
  });

  it('of a process that was killed are made afresh, without waiting for it', async () => {
    const script = `
      import { cached } from ${JSON.stringify(new URL('../../src/kernel-validation/cache.ts', import.meta.url).href)};
      import { writeFileSync } from 'node:fs';
      await cached('kind', ${JSON.stringify(key)}, async (directory) => {
        writeFileSync(directory + '/half', '');
        process.stdout.write('making');
        await new Promise((next) => setTimeout(next, 60000));
      }, { root: ${JSON.stringify(root)} });`;
    const file = join(root, 'victim.mts');
    writeFileSync(file, script);
    const victim = spawn(process.execPath, ['--import', 'tsx', file], { cwd: process.cwd(), stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((next) => victim.stdout.once('data', next));
    expect(readdirSync(join(root, 'kind'))).toHaveLength(1);
    victim.kill('SIGKILL');
    await new Promise((next) => victim.once('close', next));
    expect(cachedEntry('kind', key, root)).toBeUndefined();
    const path = await cached('kind', key, () => undefined, { root });
    expect(readdirSync(join(root, 'kind'))).toEqual([key]);
    expect(existsSync(join(path, 'half'))).toBe(false);
  });

  it('are not waited for after an abort', async () => {
    const controller = new AbortController();
    const first = cached('kind', key, () => new Promise((next) => setTimeout(next, 400)), { root });
    await new Promise((next) => setTimeout(next, 100));
    const second = cached('kind', key, () => undefined, { root, signal: controller.signal, onWait: () => controller.abort() });
    await expect(second).rejects.toThrow('interrupted');
    await first;
  });

  it('say so where the cache cannot be written to', async () => {
    writeFileSync(join(root, 'file'), '');
    const wrong = cached('kind', key, () => undefined, { root: join(root, 'file') });
    await expect(wrong).rejects.toThrow(OutsideError);
    await expect(wrong).rejects.toThrow('CFSLAB_CACHE');
  });
});
