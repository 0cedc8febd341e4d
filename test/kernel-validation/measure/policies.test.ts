import { describe, expect, it } from 'vitest';
import { readPage } from '../../../src/kernel-validation/page/index.js';
import { crc32 } from '../../../src/kernel-validation/page/crc32.js';
import { malformedPages } from '../../../src/kernel-validation/measure/malformed.js';
import { measuredPolicy, STOCK } from '../../../src/kernel-validation/measure/policies.js';
import { measuredWorkload, workloadNames } from '../../../src/kernel-validation/measure/workloads.js';

describe('a policy that is measured', () => {
  it('has a page, a hash, and a mode', () => {
    const early = measuredPolicy('neural-early');
    expect(early).toMatchObject({ label: 'neural-early', policy: 'neural-early', mode: 'decide' });
    expect(early.model).toMatch(/^[0-9a-f]{64}$/);
    expect(early.page!.length).toBeLessThanOrEqual(4096);
    expect(measuredPolicy('neural-early@shadow')).toEqual({ ...early, label: 'neural-early@shadow', mode: 'shadow' });
    expect(measuredPolicy('stock')).toBe(STOCK);
    const rule = measuredPolicy('early-migration:attempts=2');
    expect([rule.policy, rule.label]).toEqual(['early-migration', 'early-migration_attempts=2']);
    expect(rule.page).not.toEqual(measuredPolicy('early-migration:attempts=3').page);
    expect(rule.page).not.toEqual(measuredPolicy('early-migration:attempts=2,lookahead=1').page);
  });

  it('has a page more where a model stands by, and in both what it keeps to beside the model', () => {
    const { page, standby, model } = measuredPolicy('neural-early:standby=early,swapAtNs=5000,refractoryNs=700,driftFloor=600');
    const guard = { refractoryNs: 700, driftFloor: 600, driftWindow: 512 };
    expect(readPage(page!, 'p')).toMatchObject({ hash: model, guard: { ...guard, swapAtNs: null } });
    expect(readPage(standby!, 'p')).toMatchObject({ hash: model, guard: { ...guard, swapAtNs: 5000 } });
    // The window of a floor that there is not means nothing.
    expect(readPage(measuredPolicy('neural-early:driftWindow=100').page!, 'p')).toMatchObject({ guard: null });
    expect(measuredPolicy('neural-early').standby).toBeNull();
  });

  it.each([
    ['stock@shadow', /a policy that can stand by/],
    ['nothing', /one of stock/],
    ['neural-early:model=none.json', /model's file or one of/],
  ])('%s is refused', (text, message) => {
    expect(() => measuredPolicy(text)).toThrow(message);
  });
});

describe('pages that a kernel must refuse', () => {
  const { page } = measuredPolicy('neural-early');

  it('differ from the right one, each, and are the same for the same seed', () => {
    const pages = malformedPages(page!, 200, 1);
    expect(pages.size).toBe(200);
    for (const [name, bytes] of pages) {
      expect(Buffer.from(bytes).equals(page!), name).toBe(false);
      expect(bytes.length, name).toBeGreaterThan(0);
    }
    expect(malformedPages(page!, 200, 1)).toEqual(pages);
    expect(malformedPages(page!, 200, 2)).not.toEqual(pages);
    const kinds = new Set([...pages.keys()].map((name) => name.split('-')[1]));
    expect([...kinds]).toEqual(['cut', 'longer', 'bit', 'checksum', 'noise', 'magic', 'version', 'features', 'overflow']);
  });

  it('are wrong behind a checksum that holds, too', () => {
    for (const policy of ['neural-early', 'early-migration']) {
      const right = measuredPolicy(policy).page!;
      const holds = (bytes: Uint8Array): boolean => {
        const zeroed = bytes.slice().fill(0, 12, 16);
        return bytes.length === right.length && Buffer.from(bytes).readUInt32LE(12) === crc32(zeroed);
      };
      expect(holds(right)).toBe(true);
      const holding = [...malformedPages(right, 90, 1)].filter(([, bytes]) => holds(bytes)).map(([name]) => name.split('-')[1]!);
      const rest = policy === 'neural-early' ? ['magic', 'version', 'features', 'overflow'] : ['magic', 'version', 'features'];
      expect([...new Set(holding)]).toEqual(rest);
    }
  });
});

describe('a workload that is measured', () => {
  it('has the parameters of the simulator’s generator', () => {
    expect(measuredWorkload('hackbench:groups=2,transport=socket', 'lab').params).toEqual({
      groups: 2, fds: 6, loops: 3000, datasize: 100, transport: 'socket', mode: 'thread',
    });
    expect(measuredWorkload('hogs:nices=0/-5/19', 'lab').params).toEqual({ nices: [0, -5, 19] });
    expect(measuredWorkload('threadpool', 'lab')).toMatchObject({ unit: 'bursts', timed: true });
    for (const name of workloadNames('lab')) expect(measuredWorkload(name, 'lab').name).toBe(name);
  });

  it('may be an rt-app file', () => {
    const { name, script, rtapp } = measuredWorkload('examples/rtapp/periodic.json', 'lab');
    expect([name, script]).toEqual(['periodic', 'rtapp']);
    expect(rtapp).toContain('"tasks"');
  });

  it.each([
    ['nothing', /hackbench, zstd, .* or an rt-app file, found nothing/],
    ['hackbench:groups=0', /hackbench:groups: expected 1…128, found 0/],
    ['hackbench:groups=1/2', /expected 1…128, found 1\/2/],
    ['hackbench:transport=post', /pipe, socket/],
    ['hackbench:workers=3', /a parameter of groups, fds/],
    ['cassandra', /cassandra: expected the place here/],
    ['missing.json', /missing.json: expected a file/],
  ])('%s is refused', (text, message) => {
    expect(() => measuredWorkload(text, 'lab')).toThrow(message);
  });
});
