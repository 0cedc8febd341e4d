import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kvmTrouble } from '../../../src/kernel-validation/boot/kvm.js';

const root = mkdtempSync(join(tmpdir(), 'cfslab-kvm-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const device = join(root, 'kvm');
writeFileSync(device, '');

/** What is found where the emulator does this. */
function trouble(body: string, at = device): Promise<string | null> {
  const emulator = join(root, 'emulator');
  writeFileSync(emulator, `#!/bin/sh\n${body}\n`);
  chmodSync(emulator, 0o755);
  return kvmTrouble(emulator, undefined, at);
}

describe('hardware virtualisation', () => {
  it('can be used where a guest comes to its end by itself', async () => {
    // The guest's firmware is 64 KiB, and begins where a processor does.
    const look = 'for word; do case $word in */probe.bin) [ $(wc -c < $word) = 65536 ] && od -An -tx1 -j65520 -N5 $word | grep -q "b0 01 e6 f4 f4" && exit 3 ;; esac; done';
    expect(await trouble(look)).toBeNull();
  });

  it('cannot where there is no device, or the emulator gives up', async () => {
    expect(await trouble('exit 3', join(root, 'none'))).toMatch(/there is no .*none that may be read and written/);
    expect(await trouble('echo "failed to set MSR" >&2; exit 1')).toBe('failed to set MSR');
    expect(await trouble('exit 1')).toBe('the emulator ended with code 1');
  });
});
