import { timelineRun } from '../../../../src/report/timeline/build/run.js';
import { runData, type RunData } from '../../../../src/report/timeline/client/run-data.js';
import { PackedRun } from '../../../../src/report/timeline/format/pack.js';
import { bundleOf } from '../busy-bundle.js';

const DECISION = { cpu: 1, dst_cpu: 1, src_cpu: 0, level: 1, reason: 5, delta: 100_000, migration_cost: 500_000, exec_start: -1, clock_task: -1, cache_nice_tries: 1 };

/**
 * 1 ms of two CPUs. On CPU 0 task 7 runs from 100 to 200 µs while 8 waits from 150 µs, then 8 until 900 µs, with 7 waiting; 9
 * waits there too. The balancer of CPU 1 asks for 9 at 500 µs and at 600 µs and gets it the second time, hot.
 */
export function smallRun(name7 = 'seven'): RunData {
  const contents = bundleOf(2, 1_000_000, {
    events: [
      [100_000, 0, 'switch', 7, 0, 0],
      [150_000, 0, 'wakeup', 8, 0, 0],
      [200_000, 0, 'switch', 8, 7, 0],
      [300_000, 0, 'wakeup', 9, 0, 0],
      [400_000, 0, 'migrate', 7, 0, 1],
      [450_000, 1, 'switch', 7, 0, 0],
      [470_000, 1, 'switch', 0, 7, 1],
      [601_000, 1, 'migrate', 9, 0, 1],
      [620_000, 1, 'switch', 9, 0, 0],
      [900_000, 0, 'switch', 0, 8, 1],
    ],
    decisions: [
      { ...DECISION, ts: 500_000, pid: 9, hot: 1, result: 0, nr_balance_failed: 1, seq: 61 },
      { ...DECISION, ts: 600_000, pid: 9, hot: 1, result: 2, nr_balance_failed: 2, seq: 62 },
    ],
    balances: [
      { ts: 500_000, cpu: 1, level: 1, stage: 3, nr_balance_failed: 2 },
      { ts: 610_000, cpu: 1, level: 1, stage: 3, moved: 1, nr_balance_failed: 0 },
    ],
    names: { 7: name7, 8: 'eight', 9: 'nine' },
  });
  return runData(new PackedRun(timelineRun(contents, { label: 'small', window: {}, parting: null }).packed));
}
