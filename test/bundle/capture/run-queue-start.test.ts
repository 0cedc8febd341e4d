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

  it('are none where a CPU or a field is missing, or has another form; names are names', () => {
    expect(read(cpu(0, '1.000000'), 2)).toEqual([]);
    expect(read(cpu(0, '1'), 1)).toEqual([]);
    expect(read(cpu(0, '1.000000').filter((line) => !line.includes('avg_idle')), 1)).toEqual([]);
    expect(read([...cpu(0, '1.000000'), 'cfs_rq[0]:/', '  .constructor : 1', '  .toString : 1.000000'], 1)).toEqual([
      { minVruntimeNs: 1_000_000, avgIdleNs: 1_000_000, maxIdleBalanceCostNs: 500_000 },
    ]);
  });
});
