import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSchedDebugfs } from '../../../src/bundle/capture/sched-debugfs.js';
import { TextFile } from '../../../src/bundle/capture/text-lines.js';
import { CaptureCopy } from '../capture-fixture.js';

let capture: CaptureCopy;
beforeEach(() => void (capture = new CaptureCopy('spin9')));
afterEach(() => capture.remove());

const parse = () => parseSchedDebugfs(new TextFile(capture.dir, 'sched_debugfs'));

describe('parseSchedDebugfs', () => {
  it('reads features, knobs and every domain', () => {
    const { features, knobs, domains } = parse();
    expect(features).toContain('NO_NEXT_BUDDY');
    expect(features).toHaveLength(27);
    expect(knobs).toMatchObject({ latency_ns: 24_000_000, migration_cost_ns: 500_000, nr_migrate: 32 });
    expect(domains.map(({ cpu, index, name }) => `${cpu}.${index} ${name}`)).toEqual(
      Array.from({ length: 8 }, (_, cpu) => [`${cpu}.0 SMT`, `${cpu}.1 MC`]).flat(),
    );
    expect(domains[0]).toMatchObject({ imbalancePct: 110, cacheNiceTries: 0, busyFactor: 16, minIntervalMs: 2,
      maxIntervalMs: 4 });
    expect(domains[0]!.flags).toContain('SD_SHARE_CPUCAPACITY');
    expect(domains[1]!.flags).not.toContain('SD_SHARE_CPUCAPACITY');
  });

  it.each([
    [/imbalance_pct: 110/, 'imbalance_pct: x', 'expected a number, found domains/cpu0/domain0/imbalance_pct: x'],
    [/domains\/cpu0\/domain0\/name: SMT\n/, '', 'expected a field name of cpu0/domain0'],
    [/domains\/cpu0\/domain0\/name/, 'domains/cpuX/domain0/name', 'expected `domains/cpuN/domainN/field`'],
    [/features: .*\n/, '', 'expected a line `features: …`'],
    [/latency_ns/, 'no colon\nlatency_ns', 'expected `name: value`, found no colon'],
    [/latency_ns: /, 'latency_ns: 99999999999999999', 'at most 15 digits'],
  ])('refuses %s changed to %j', (from, to, message) => {
    capture.write('sched_debugfs', capture.read('sched_debugfs').replace(from, to));
    expect(parse).toThrow(message);
    expect(parse).toThrow(/sched_debugfs: line \d+: /);
  });
});
