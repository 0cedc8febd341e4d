import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/bundle/capture/capture.js';
import { agreementWithModel } from '../../src/kernel-validation/confront/agreement.js';
import { namedModel } from '../../src/policies/models.js';
import { boot, counted, HOT, tell } from './support.js';

/** Policy, shipped model, workload and seconds of it: enough for more than 10,000 calls in all. */
const RUNS = [
  ['neural-early', 'early', 'threadpool', '2'],
  ['neural-forced', 'forced', 'oversub', '1.5'],
  ['neural-imitate', 'imitate', 'hackbench:loops=2000', '1'],
] as const;
const ENOUGH = 10_000;

describe('decisions in the booted kernel', () => {
  it('are those of the same integer program on every recorded call', async () => {
    let [count, agree] = [0, 0];
    for (const [policy, shipped, workload, seconds] of RUNS) {
      const run = await boot(`decide-${shipped}`, '--policy', policy, '--workload', workload, '--duration', seconds, '--events', 'ml', ...HOT);
      const { model } = namedModel(shipped, 'test');
      expect(run.facts.model).toBe(model.hash);
      const found = agreementWithModel(await readCapture(run.directory), model);
      tell(`${policy} on ${workload}: ${found.agree} of ${found.count} recorded decisions agree`);
      expect(found.first).toBeNull();
      // None was lost: the kernel counts its calls by itself.
      expect(found.count).toBe(counted(run, 'calls'));
      count += found.count;
      agree += found.agree;
    }
    tell(`${agree} of ${count} decisions in all`);
    expect(agree).toBe(count);
    expect(count).toBeGreaterThanOrEqual(ENOUGH);
  });
});
