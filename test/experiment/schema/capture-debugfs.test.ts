import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capturedFeatures, capturedSysctl, parseCaptureDebugfs } from '../../../src/experiment/schema/capture-debugfs.js';
import { packageRoot } from '../../../src/experiment/schema/profile-files.js';
import { defaultSysctl } from '../../../src/experiment/schema/profile-sysctl.js';
import { InputError } from '../../../src/input/error.js';
import { DEFAULT_FEATURES } from '../../../src/sim/kernel/config.js';

const TEXT = readFileSync(join(packageRoot(), 'calibration/captures/topologies/pvt8numa/sched_debugfs'), 'utf8');

describe('parseCaptureDebugfs', () => {
  const captured = parseCaptureDebugfs(TEXT, 'sched_debugfs');

  it('reads features, values and domains', () => {
    expect(captured.features).toMatchObject({ NEXT_BUDDY: false, HRTICK: false, BASE_SLICE: true });
    expect(captured.values).toMatchObject({ latency_ns: 24_000_000, nr_migrate: 32, tunable_scaling: 1 });
    expect(captured.domains).toHaveLength(24);
    expect(captured.domains[4]).toEqual({
      cpu: 1,
      index: 1,
      name: 'MC',
      flags: [
        'SD_BALANCE_NEWIDLE',
        'SD_BALANCE_EXEC',
        'SD_BALANCE_FORK',
        'SD_WAKE_AFFINE',
        'SD_SHARE_PKG_RESOURCES',
        'SD_PREFER_SIBLING',
      ],
      imbalancePct: 117,
      cacheNiceTries: 1,
      busyFactor: 16,
      minIntervalMs: 4,
      maxIntervalMs: 8,
      maxNewidleLbCost: 2546,
    });
  });

  it('tells sysctls and features, which are the defaults of 8 CPUs', () => {
    expect(capturedSysctl(captured, { ...defaultSysctl(1), nr_migrate: 7 })).toEqual(defaultSysctl(8));
    expect(capturedFeatures(captured)).toEqual(DEFAULT_FEATURES);
  });

  it('takes values that differ', () => {
    const other = parseCaptureDebugfs(
      TEXT.replace('migration_cost_ns: 500000', 'migration_cost_ns: 4294967295').replace('NO_NEXT_BUDDY', 'NEXT_BUDDY'),
      'sched_debugfs',
    );
    expect(capturedSysctl(other, defaultSysctl(8)).migration_cost_ns).toBe(-1);
    expect(capturedFeatures(other).NEXT_BUDDY).toBe(true);
  });

  it.each([
    ['nothing', '', 'sched_debugfs: features: expected the scheduler features, found nothing'],
    [
      'a value left out',
      TEXT.replace(/^nr_migrate.*\n/m, ''),
      'sched_debugfs: nr_migrate: expected a number, found nothing',
    ],
    [
      'a line without a value',
      TEXT.replace('latency_ns: ', 'latency_ns '),
      /line 3: expected NAME: VALUE, found latency_ns 24/,
    ],
    ['a line twice', `${TEXT}verbose: N\n`, /expected each name once, found verbose once more/],
    [
      'a number that is none',
      TEXT.replace('busy_factor: 16', 'busy_factor: x'),
      /line 12, busy_factor: expected a number, found x/,
    ],
    [
      'a field left out',
      TEXT.replace(/^domains.cpu0.domain1.name.*\n/m, ''),
      /domains\/cpu0\/domain1\/name: expected a value, found nothing/,
    ],
    [
      'a domain left out',
      TEXT.replaceAll(/^domains.cpu3.domain0.*\n/gm, ''),
      /domains\/cpu3\/domain0: expected the domain below/,
    ],
    ['a flag that is none', TEXT.replace('SD_SERIALIZE', 'BOO'), /line 30, flags: expected names of flags, SD_…, found BOO/],
    ['another folder', `${TEXT}domains/x: 1\n`, /expected domains\/cpuN\/domainM\/FIELD, found domains\/x/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseCaptureDebugfs(text, 'sched_debugfs')).toThrow(InputError);
    expect(() => parseCaptureDebugfs(text, 'sched_debugfs')).toThrow(message);
  });

  it('reads or refuses any damaged file', () => {
    fc.assert(
      fc.property(fc.nat(TEXT.length), fc.nat(60), fc.string({ maxLength: 8 }), (at, cut, put) => {
        try {
          parseCaptureDebugfs(TEXT.slice(0, at) + put + TEXT.slice(at + cut), 'sched_debugfs');
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
