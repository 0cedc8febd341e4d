import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Op } from '../../../src/sim/programs/program.js';
import { checkWorkload } from '../../../src/workloads/check.js';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { extractWithLog, extractWorkload } from '../../../src/workloads/replay/extract.js';
import type { Extraction, ReplayOptions } from '../../../src/workloads/replay/options.js';
import { execute } from './support/executor.js';
import { runTimes, tokenBalance } from './support/programs.js';
import { randomRecording } from './support/random-recording.js';

const step = fc.record({
  what: fc.nat(7),
  cpu: fc.nat(2),
  whom: fc.nat(11),
  flag: fc.boolean(),
  ns: fc.nat(50),
});
const made = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.constantFrom('blocked' as const, 'queued' as const, 'running' as const), { minLength: 1, maxLength: 6 }),
    fc.array(step, { minLength: 20, maxLength: 200 }),
  )
  .map(([cpus, initial, steps]) => randomRecording(cpus, initial, steps))
  .filter(({ cpuNs }) => cpuNs.size > 0);

/** Without what the extraction infers of barriers, messages and endings. */
function literally(contents: BundleContents, options: ReplayOptions = {}): Extraction {
  return extractWithLog(contents, options, true).extraction;
}

describe('extractWorkload on any recording', () => {
  it('posts as many tokens as are waited for, and every task gets to its end', () => {
    fc.assert(
      fc.property(made, ({ recording }) => {
        const { workload, stats } = literally(recording.contents());
        checkWorkload(workload, recording.cpus);
        expect(tokenBalance(workload).every((left) => left === 0)).toBe(true);
        const run = execute(workload);
        expect(run).toMatchObject({ born: stats.tasks, exited: stats.tasks, left: 0, runNs: stats.runNs });
      }),
      { numRuns: 500 },
    );
  });

  it('gives every task the CPU time that it had, and finds every wake-up', () => {
    fc.assert(
      fc.property(made, ({ recording, cpuNs, taskWakes, exits }) => {
        const { workload, stats } = literally(recording.contents());
        const times = runTimes(workload);
        for (const [row, template] of workload.templates.entries()) expect(times[row]).toBe(cpuNs.get(template.pid!) ?? 0);
        let total = 0;
        for (const [, ns] of cpuNs) total += ns;
        expect([stats.cpuNs, stats.runNs, stats.subtractedNs, stats.contradictions]).toEqual([total, total, 0, 0]);
        expect(stats.wakesByTask).toBe(taskWakes);
        expect(stats.exits).toBe(exits);
        expect(stats.wakesUnknown).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('takes costs off exactly, and never more than there is', () => {
    fc.assert(
      fc.property(made, fc.nat(60), fc.nat(30), fc.nat(30), ({ recording }, switchCostNs, wakeupCostNs, forkCostNs) => {
        const plain = literally(recording.contents());
        const { workload, stats } = literally(recording.contents(), { switchCostNs, wakeupCostNs, forkCostNs });
        expect(stats.cpuNs).toBe(plain.stats.cpuNs);
        expect(stats.runNs + stats.subtractedNs).toBe(stats.cpuNs);
        const before = runTimes(plain.workload);
        for (const [row, ns] of runTimes(workload).entries()) {
          expect(ns).toBeLessThanOrEqual(before[row]!);
          expect(ns > 0).toBe(before[row]! > 0);
        }
        expect(execute(workload).left).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('writes the same workload again', () => {
    fc.assert(
      fc.property(made, ({ recording }) => {
        expect(extractWorkload(recording.contents())).toEqual(extractWorkload(recording.contents()));
        expect(literally(recording.contents())).toEqual(literally(recording.contents()));
      }),
      { numRuns: 50 },
    );
  });

  it('on as many CPUs as were recorded, in the recorded order, is never done earlier than its longest program', () => {
    fc.assert(
      fc.property(made, ({ recording }) => {
        const { workload } = literally(recording.contents());
        const { code, a } = workload.program;
        let longest = 0;
        for (const { entry } of workload.templates) {
          let ns = 0;
          for (let pc = entry; code[pc] !== Op.EXIT; pc++) if (code[pc] === Op.RUN || code[pc] === Op.SLEEP) ns += a[pc]!;
          longest = Math.max(longest, ns);
        }
        expect(execute(workload).endNs).toBeGreaterThanOrEqual(longest);
      }),
      { numRuns: 100 },
    );
  });
});
