import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli } from '../support.js';

const root = mkdtempSync(join(tmpdir(), 'cfslab-cli-clean-'));
const cache = process.env['CFSLAB_CACHE'];
const kernel = join(root, 'kernel', 'abc');
beforeAll(() => {
  process.env['CFSLAB_CACHE'] = root;
  mkdirSync(kernel, { recursive: true });
  writeFileSync(join(kernel, 'bzImage'), Buffer.alloc(8192, 1));
  utimesSync(kernel, 1_000_000, 1_000_000);
});
afterAll(() => {
  if (cache === undefined) delete process.env['CFSLAB_CACHE'];
  else process.env['CFSLAB_CACHE'] = cache;
  rmSync(root, { recursive: true, force: true });
});

it('kernel clean says what would go, and removes it', async () => {
  const dry = await cli('kernel', 'clean', '--dry-run');
  expect([dry.code, dry.err]).toEqual([0, '']);
  expect(dry.out).toMatch(/would go +kernel +kernel\/abc +\S+ KiB +1970-01-12\n/);
  expect(existsSync(kernel)).toBe(true);
  const { out } = await cli('kernel', 'clean', '--json');
  expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, root, dryRun: false, removed: [{ kind: 'kernel', path: kernel }], kept: [], busy: [] });
  expect(existsSync(kernel)).toBe(false);
  expect((await cli('kernel', 'clean', '--unused-for', '0')).out).toBe('Removed: 0 B; left: 0 B\n');
  expect((await cli('kernel', 'clean', '--unused-for', 'x')).code).toBe(2);
});
