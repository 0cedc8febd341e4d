import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OutsideError } from '../../src/input/error.js';
import { findProgram, header, missingPackages, program, requireTools } from '../../src/kernel-validation/tools.js';

const folder = mkdtempSync(join(tmpdir(), 'tools-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'there-1'), '');
chmodSync(join(folder, 'there-1'), 0o755);
writeFileSync(join(folder, 'not-executable'), '');
mkdirSync(join(folder, 'a-folder'));

const tools = [
  program('there', 'there-1'),
  program('b', 'not-executable'),
  program('a', 'a-folder'),
  header('libmissing-dev', 'no/such.h'),
  program('b', 'no-such-program'),
  { package: 'c', oneOf: ['no-such-program', join(folder, 'not-executable')] },
];

describe('tools', () => {
  it('that are missing are all named, each package once', () => {
    expect(missingPackages(tools, folder)).toEqual(['b', 'a', 'libmissing-dev']);
    expect(() => requireTools('building', tools, folder)).toThrow(OutsideError);
    expect(() => requireTools('building', tools, folder)).toThrow(
      'building needs 3 packages that are not installed: apt-get install --no-install-recommends b a libmissing-dev',
    );
    expect(() => requireTools('building', tools.slice(0, 1), folder)).not.toThrow();
  });

  it('are found in PATH', () => {
    expect(findProgram('there-1', `/nowhere:${folder}`)).toBe(join(folder, 'there-1'));
    expect(findProgram('there-1', '')).toBeUndefined();
    expect(missingPackages([program('coreutils', 'true')])).toEqual([]);
    expect(missingPackages([header('libc6-dev', 'no-such-header.h')])).toEqual(['libc6-dev']);
  });
});
