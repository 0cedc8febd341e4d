import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunQueueStart } from '../../../src/bundle/capture/run-queue-start.js';

let directory = '';
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'cfslab-queues-'))));
afterEach(() => rmSync(directory, { recursive: true }));

/** As the kernel prints it: the queues of groups come before that of the root. */
const cpu = (number: number, minVruntime: string): string[] => [
  `cpu#${number}, 999.993 MHz`,
  '  .nr_running                    : 0',
  '  .avg_idle                      : 1000000',
  '  .max_idle_balance_cost         : 500000',
  '',
  `cfs_rq[${number}]:/a`,
  '  .min_vruntime                  : 7.000007',
  `cfs_rq[${number}]:/`,
  `  .min_vruntime                  : ${minVruntime}`,
  `rt_rq[${number}]:`,
  '  .min_vruntime                  : 9.000009',
];

function read(lines: readonly string[], cpus: number) {
  writeFileSync(join(directory, 'sched_debug_before'), `${lines.join('\n')}\n`);
  return readRunQueueStart(directory, cpus);
}

describe('run queues before a recording', () => {
  it('are none without the file', () => {
    expect(readRunQueueStart(directory, 1)).toEqual([]);
  });

  it('are those of the root, in ns, also where the time is negative', () => {
    expect(read([...cpu(0, '519.024281'), ...cpu(1, '-0.000032')], 2)).toEqual([
      { minVruntimeNs: 519_024_281, avgIdleNs: 1_000_000, maxIdleBalanceCostNs: 500_000 },
      { minVruntimeNs: -32, avgIdleNs: 1_000_000, maxIdleBalanceCostNs: 500_000 },
    ]);
  });

  it('have their averages, and those that are to be subtracted, where all of them are there', () => {
    const averages = [
      'cfs_rq[0]:/',
      '  .clock                         : 1722.845138',
      '  .h_nr_running                  : 1',
      '  .load_avg                      : 1024',
      '  .runnable_avg                  : 530',
      '  .util_avg                      : 517',
      '  .removed.load_avg              : 3',
      '  .removed.util_avg              : 1',
      '  .removed.runnable_avg          : 2',
    ];
    const known = { minVruntimeNs: 1_000_000, avgIdleNs: 1_000_000, maxIdleBalanceCostNs: 500_000 };
    expect(read([...cpu(0, '1.000000'), ...averages], 1)).toEqual([
      { ...known, averages: { clockNs: 1_722_845_138, load: 1024, runnable: 530, util: 517, removed: { load: 3, runnable: 2, util: 1 }, running: 1 } },
    ]);
    for (const missing of averages.filter((line) => line.startsWith(' '))) {
      expect(read([...cpu(0, '1.000000'), ...averages.filter((line) => line !== missing)], 1)).toEqual([known]);
    }
  });

  it('are none where a CPU or a field is missing, or has another form; names are names', () => {
    expect(read(cpu(0, '1.000000'), 2)).toEqual([]);
    expect(read(cpu(0, '1'), 1)).toEqual([]);
    expect(read(cpu(0, '1.000000').filter((line) => !line.includes('avg_idle')), 1)).toEqual([]);
    expect(read([...cpu(0, '1.000000'), 'cfs_rq[0]:/', '  .constructor : 1', '  .toString : 1.000000'], 1)).toEqual([
      { minVruntimeNs: 1_000_000, avgIdleNs: 1_000_000, maxIdleBalanceCostNs: 500_000 },
    ]);
  });
});
