import { describe, expect, it } from 'vitest';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { extractWorkload } from '../../../src/workloads/replay/extract.js';
import type { ReplayOptions } from '../../../src/workloads/replay/options.js';
import { programOf } from './support/programs.js';
import { IDLE, R, Recording, S, X } from './support/recording.js';

const extract = (recording: Recording, options: ReplayOptions) => extractWorkload(recording.contents(), options);

describe('costs that the simulator charges itself', () => {
  it('include the fork that the recording begins in the midst of, as far as it is seen', () => {
    // It had begun before the recording did.
    const begun = extract(new Recording(1).task(1).fork(100, 0, 1, 2).to(150, 0, 1, S, 2).to(160, 0, 2, X, IDLE), { forkCostNs: 15 });
    expect(begun.workload.initial[0]!.underWayNs).toBe(15);
    expect(extract(new Recording(1).task(1).to(0, 0, IDLE, R, 1).to(9, 0, 1, S, IDLE), { forkCostNs: 15 }).workload.initial[0]!.underWayNs).toBeUndefined();
  });

  it('include the interrupt for a task that another CPU queues', () => {
    const woken = (cpu: number) => new Recording(2).task(1).task(2).to(0, 0, IDLE, R, 1).wake(100, 0, 2).event(105, cpu, 'wakeup', 2, cpu).to(150, 0, 1, S, IDLE);
    const sent = (cpu: number) => programOf(extract(woken(cpu), { ipiSendCostNs: 7 }).workload, 1);
    expect([sent(0), sent(1)]).toEqual([['RUN 100', 'POST 0 1', 'RUN 50', 'EXIT'], ['RUN 100', 'POST 0 1', 'RUN 43', 'EXIT']]);
    const born = (cpu: number) => new Recording(2).task(1).to(0, 0, IDLE, R, 1).fork(10, 0, 1, 2).event(12, 0, 'wakeup_new', 2, cpu).to(50, 0, 1, S, IDLE);
    const forked = (cpu: number) => programOf(extract(born(cpu), { ipiSendCostNs: 7 }).workload, 1).at(-2);
    expect([forked(0), forked(1)]).toEqual(['RUN 40', 'RUN 33']);
  });

  it('include the ticks', () => {
    const TICK = 1_000_000;
    const recording = new Recording(1).task(1).to(0, 0, IDLE, R, 1).to(10 * TICK, 0, 1, S, IDLE).contents();
    const ticks = { rows: 2, columns: { ts: [3 * TICK, 7 * TICK], cpu: [1, 1] } };
    const contents = { ...recording, manifest: { ...recording.manifest, hz: 250 }, instrument: { ticks } } as unknown as BundleContents;
    const { workload } = extractWorkload(contents, { tickCostNs: 1500 });
    expect(programOf(workload, 1)[0]).toBe(`RUN ${10 * TICK - 3000}`);
    expect(programOf(extractWorkload(contents).workload, 1)[0]).toBe(`RUN ${10 * TICK}`);
  });
});
