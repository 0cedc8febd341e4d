import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../../src/input/error.js';
import { readTrace } from '../../../src/bundle/trace/reader.js';

let dir = '';
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'cfslab-reader-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const WAKING = '             cut-263     [004] d....   1749122140: sched_waking: comm=init pid=1 prio=120 target_cpu=002\n';
const MARK = '            init-1       [002] .....   1749277184: tracing_mark_write: cfslab_start\n';

async function read(contents: string | Uint8Array) {
  const path = join(dir, 'trace');
  writeFileSync(path, contents);
  const pids: number[] = [];
  const summary = await readTrace(path, {
    sched_waking: (_, e) => {
      pids.push(e.pid);
      return e.targetCpu > 900 ? 'target_cpu' : '';
    },
    tracing_mark_write: () => '',
  });
  return { summary, pids };
}

describe('readTrace', () => {
  it('reads plain and gzip files alike, whatever they are called, in one member or several', async () => {
    const plain = await read(WAKING + MARK);
    const packed = await read(gzipSync(WAKING + MARK));
    const two = await read(Buffer.concat([gzipSync(WAKING), gzipSync(MARK)]));
    for (const { summary, pids } of [plain, packed, two]) {
      expect(pids).toEqual([1]);
      expect([...summary.counts]).toEqual([['sched_waking', 1], ['tracing_mark_write', 1]]);
      expect([summary.events, summary.lines, summary.truncatedGzip, summary.cutLine]).toEqual([2, 2, false, false]);
      expect(summary.textMd5).toBe(plain.summary.textMd5);
    }
    expect(plain.summary.sha256).not.toBe(packed.summary.sha256);
  });

  it('counts what it cannot use, with the first place of each', async () => {
    const { summary } = await read(
      `# entries-in-buffer/entries-written: 9/9   #P:8\n\n${WAKING}garbage\n${WAKING.replace('prio=120', 'prio=')}` +
        `${WAKING.replace('=002', '=999')}more garbage\nCPU:3 [LOST 17 EVENTS]\n##### CPU 2 buffer started ####\n` +
        WAKING.replace('sched_waking', 'irq_handler_entry'),
    );
    expect(summary.announced).toBe(9);
    expect(summary.lostInTrace).toBe(17);
    expect([...summary.unknown]).toEqual([['irq_handler_entry', 1]]);
    expect([...summary.counts]).toEqual([['sched_waking', 1]]);
    expect(summary.dropped.get('')).toEqual({ count: 2, firstLine: 4, problem: 'garbage' });
    expect(summary.dropped.get('sched_waking')).toEqual({ count: 2, firstLine: 5, problem: 'prio' });
  });

  it('does not use a last line without its end', async () => {
    const { summary, pids } = await read(WAKING + WAKING.slice(0, -2));
    expect(pids).toEqual([1]);
    expect(summary.cutLine).toBe(true);
  });

  it('uses what a cut gzip stream holds, wherever it is cut', async () => {
    const packed = gzipSync(WAKING.repeat(500));
    for (let length = 0; length < packed.length; length += 1) {
      const { summary, pids } = await read(packed.subarray(0, length));
      expect(pids.length).toBeLessThanOrEqual(500);
      if (length >= 2) expect(summary.truncatedGzip, `cut at ${length}`).toBe(true);
    }
    const { pids } = await read(packed.subarray(0, packed.length - 8));
    expect(pids.length).toBe(500);
  });

  it('says so where a gzip stream is damaged, or there is no file', async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)));
    packed[20]! ^= 0xff;
    packed[21]! ^= 0xff;
    packed[packed.length - 6]! ^= 0xff;
    await expect(read(packed)).rejects.toThrow(InputError);
    await expect(readTrace(join(dir, 'none'), {})).rejects.toThrow('expected a trace, found nothing of that name');
    await expect(readTrace(join(dir, 'trace', 'x'), {})).rejects.toThrow(InputError);
    await expect(readTrace(dir, {})).rejects.toThrow('found a directory');
  });

  it('takes bytes that are not UTF-8', async () => {
    const { pids } = await read(Buffer.from(WAKING.replace('comm=init', 'comm=\xff\xfe\x80'), 'latin1'));
    expect(pids).toEqual([1]);
  });
});
