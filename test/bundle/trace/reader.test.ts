import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../../src/input/error.js';
import type { TraceFormat } from '../../../src/bundle/trace/formats.js';
import { readTrace } from '../../../src/bundle/trace/reader.js';
import { WINDOW_1_MIB, zstdFrame } from './zstd-frame.js';

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
      expect([summary.events, summary.lines, summary.truncated, summary.cutLine]).toEqual([2, 2, false, false]);
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
      if (length >= 2) expect(summary.truncated, `cut at ${length}`).toBe(true);
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

  it('counts losses as each tool states them, and passes over what says nothing', async () => {
    const path = join(dir, 'losses');
    const summaryOf = async (text: string, format: TraceFormat): Promise<unknown[]> => {
      writeFileSync(path, text);
      const { lostInTrace, lossesUnstated, dropped } = await readTrace(path, {}, format);
      return [lostInTrace, lossesUnstated, dropped.get('')?.count ?? 0];
    };
    expect(await summaryOf('CPU:3 [LOST 17 EVENTS]\nCPU:3 [LOST EVENTS]\nCPU:x [LOST 1 EVENTS]\n##### CPU 2 buffer ' +
      'started ####\n' +
      ' => schedule\n', 'ftrace')).toEqual([17, 1, 1]);
    expect(await summaryOf('version = 7\nCPU 2 is empty\ncpus=8\nCPU:3 [17 EVENTS DROPPED]\nCPU:3 [EVENTS ' +
      'DROPPED]\ncpus=x\n',
      'trace-cmd')).toEqual([17, 1, 1]);
    expect(await summaryOf('# header\n\n   bash  1977 [000] 17284.993652: PERF_RECORD_LOST lost 17\n' +
      '\tffffffff81a2b3c4 schedule+0x44 ([kernel.kallsyms])\n\t    7f12 [unknown] (/lib/x.so)\nwords\n', 'perf-script'))
      .toEqual([17, 0, 1]);
  });

  it('counts an event under the name of its tracepoint, whatever the tool calls it', async () => {
    const path = join(dir, 'print');
    writeFileSync(path, '  init-1  [001]  17961.894010: print:                tracing_mark_write: cfslab_start\n' +
      '  init-1  [001]  17961.894010: print:                cut\n');
    const texts: string[] = [];
    const handlers = { tracing_mark_write: (_: unknown, e: { text: string }) => (texts.push(e.text), '') };
    const { counts, dropped } = await readTrace(path, handlers, 'trace-cmd');
    expect(texts).toEqual(['cfslab_start']);
    expect([...counts]).toEqual([['tracing_mark_write', 1]]);
    expect(dropped.get('tracing_mark_write')).toEqual({ count: 1, firstLine: 2, problem: 'print' });
    expect([...(await readTrace(path, handlers)).unknown]).toEqual([['print', 2]]);
  });

  it('uses what a cut zstd stream holds, and says so where it is damaged', async () => {
    const packed = zstdFrame(Buffer.from(WAKING.repeat(500)), { window: WINDOW_1_MIB, blockBytes: 1000 });
    for (let length = 4; length < packed.length; length += 501) {
      const { summary, pids } = await read(packed.subarray(0, length));
      expect(pids.length).toBeLessThan(500);
      expect([summary.truncated, summary.packing]).toEqual([true, 'zstd']);
    }
    const { summary, pids } = await read(packed);
    expect([pids.length, summary.truncated, summary.textMd5]).toEqual([500, false,
      (await read(WAKING.repeat(500))).summary.textMd5]);
    packed[6] = 0xff;
    await expect(read(packed)).rejects.toThrow(/expected a zstd stream, found a damaged one \(a block of/);
    await expect(read(packed)).rejects.toThrow(InputError);
  });

  it('waits for its gate before each piece, and stops where that throws', async () => {
    const path = join(dir, 'gated');
    for (const contents of [Buffer.from(WAKING), gzipSync(WAKING), zstdFrame(Buffer.from(WAKING))]) {
      writeFileSync(path, contents);
      const steps: string[] = [];
      const handlers = { sched_waking: () => (steps.push('event'), '') };
      await readTrace(path, handlers, 'ftrace', async (readBytes, fileBytes) => {
        await Promise.resolve();
        steps.push(`${readBytes} of ${fileBytes}`);
      });
      expect(steps).toEqual([`${contents.length} of ${contents.length}`, 'event']);
      await expect(readTrace(path, handlers, 'ftrace', () => {
        throw new Error('stop');
      })).rejects.toThrow('stop');
    }
  });
});
