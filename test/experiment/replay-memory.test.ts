import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveScenario } from '../../src/experiment/resolve.js';
import { InputError } from '../../src/input/error.js';
import { simulate } from '../../src/sim/simulation.js';
import { buildWorkload } from '../../src/experiment/build-workload.js';

const CAPTURE = join(import.meta.dirname, '../../calibration/captures/threadpool-c8-mc5');
const MOVES = { machine: 'pvt8c', durationSeconds: 0.3 };
const priced = [
  { path: 'cache.memoryPsPerByte', value: 100, source: 'test' },
  { path: 'cache.llcPsPerByte', value: 20, source: 'test' },
];

async function refill(params: Record<string, string>): Promise<number> {
  const scenario = await resolveScenario(CAPTURE, { ...MOVES, settings: priced, params });
  const { profile, durationNs } = scenario;
  return simulate({ profile, workload: buildWorkload(scenario, 1), policy: null, seed: 1, durationNs }).metrics.refill_ns!;
}

describe('the working set of a replayed recording', () => {
  it('is none unless it is given, and then has a price on a machine with caches', async () => {
    expect(await refill({})).toBe(0);
    const small = await refill({ workingSetKiB: '64' });
    expect(small).toBeGreaterThan(0);
    expect(await refill({ workingSetKiB: '256' })).toBeGreaterThan(small);
  });

  it('leaves per-CPU kernel threads alone and is said in the notes', async () => {
    const scenario = await resolveScenario(CAPTURE, { ...MOVES, params: { workingSetKiB: '64', touchRate: '7' } });
    const { templates } = buildWorkload(scenario, 1);
    expect(templates.some((template) => template.perCpuKthread)).toBe(true);
    for (const { perCpuKthread, workingSet, touchRate } of templates) {
      if (perCpuKthread === true) expect(workingSet).toBe(0);
      else expect([workingSet, touchRate]).toEqual([64 * 1024, 7]);
    }
    expect(scenario.notes.join('\n')).toContain('every task was given 64 KiB, touched at 7 bytes/µs');
  });

  it('is checked', async () => {
    await expect(resolveScenario(CAPTURE, { ...MOVES, params: { workingSetKiB: '-1' } })).rejects.toThrow(InputError);
    await expect(resolveScenario(CAPTURE, { ...MOVES, params: { nonesuch: '1' } })).rejects.toThrow(/a parameter of a replayed recording/);
  });
});
