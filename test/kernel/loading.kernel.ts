import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/bundle/capture/capture.js';
import { agreementOf } from '../../src/kernel-validation/confront/agreement.js';
import { pageOfModel } from '../../src/kernel-validation/page/index.js';
import { namedModel } from '../../src/policies/models.js';
import { boot, counted, HOT, tell } from './support.js';

const PUSHES = 10_000;
const MALFORMED = 200;
/** What a kernel's slabs may grow by in a run of its own accord, KiB: a page for each push would be 40,000. */
const SLAB_KIB = 2048;

/** A value of /proc/meminfo, KiB. */
function meminfo(text: string, name: string): number {
  const value = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1];
  expect(value, name).toBeDefined();
  return Number(value);
}

describe('loading models into the booted kernel', () => {
  it('a mode that is set while a workload runs takes effect at once', async () => {
    const run = await boot('switch', '--policy', 'neural-early', '--workload', 'threadpool', '--duration', '0.4', '--decide-after', '200', '--events', 'ml', ...HOT);
    expect(run.text('policy.stats.switch')).toMatch(/^calls 0$/m);
    expect(run.facts).toMatchObject({ mode: 'off', switched: { mode: 'decide' } });
    expect(run.facts.switched!.atNs).toBeGreaterThanOrEqual(200e6);
    expect(run.facts.switched!.atNs).toBeLessThan(run.facts.completionNs);
    const calls = counted(run, 'calls');
    expect(calls).toBeGreaterThan(50);
    const { tables, instrument } = await readCapture(run.directory);
    const first = instrument.policy!.columns['ts']![0]!;
    const before = Array.from(tables.decisions.columns['ts']!).filter((ts) => ts < first).length;
    tell(`${before} of ${tables.decisions.rows} calls before the switch, ${calls} decided by the policy after it`);
    expect(instrument.policy!.rows).toBe(calls);
    expect(before).toBeGreaterThan(50);
  });

  it(`${PUSHES} pushes under load lose no decision and leak nothing, and ${MALFORMED} malformed models are refused`, async () => {
    const run = await boot(
      'pushes', '--policy', 'neural-early', '--swap', 'neural-forced', '--pushes', String(PUSHES), '--malformed', String(MALFORMED),
      '--workload', 'threadpool', '--duration', '1', '--events', 'ml', ...HOT,
    );
    const log = run.text('push.log').trim();
    expect(log).toContain(`accepted ${PUSHES} `);

    const contents = await readCapture(run.directory);
    const policy = contents.instrument.policy!;
    const generations = new Set(Array.from(policy.columns['generation']!));
    // The first was there before the workload began; from then on the two take turns.
    const pages = ['early', 'forced'].map((name) => pageOfModel(namedModel(name, 'test').model));
    const found = agreementOf(contents, (generation) => pages[generation < 2 ? 0 : generation % 2]!);
    tell(`${log}; ${policy.rows} decisions by ${generations.size} generations of models, ${found.agree} agree with the model of their generation`);
    expect(policy.rows).toBe(counted(run, 'calls'));
    expect(generations.size).toBeGreaterThan(10);
    expect(found).toMatchObject({ count: policy.rows, agree: policy.rows, unknown: 0, disagreements: [] });

    const slab = ['before', 'after'].map((when) => meminfo(run.text(`meminfo.${when}`), 'SUnreclaim'));
    tell(`SUnreclaim before ${slab[0]} KiB, after ${slab[1]} KiB; the policy takes ${run.facts.memoryBytes} bytes`);
    expect(slab[1]! - slab[0]!).toBeLessThan(SLAB_KIB);

    const refused = run.text('refused.log').trim().split('\n');
    tell(`refused.log: ${refused.at(-1)}`);
    expect(run.text('refused.log')).toMatch(new RegExp(`accepted 0 .*refused ${MALFORMED}\\b`));
    expect(run.text('active.after')).toBe(run.text('active.before'));
    expect(run.text('active.after')).toMatch(/^hash [0-9a-f]{64}$/m);
  });
});
