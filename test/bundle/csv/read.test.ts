import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { looksLikeDecisionsCsv, readDecisionsCsv } from '../../../src/bundle/csv/read.js';
import { inspect } from '../../../src/bundle/inspect.js';
import { readBundle } from '../../../src/bundle/read.js';
import { replayL1 } from '../../../src/bundle/replay-l1.js';
import { writeBundle } from '../../../src/bundle/write.js';
import { InputError } from '../../../src/input/error.js';
import { zstdFrame } from '../trace/zstd-frame.js';

const DIR = mkdtempSync(join(tmpdir(), 'cfslab-csv-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

const THESIS =
  'pid,ts,task_load_avg,task_util_avg,task_vruntime,task_nr_migrations,start_runtime,dst_rq_load,dst_rq_load_avg,' +
  'dst_rq_nr_running,dst_rq_util_avg,src_rq_load,src_rq_load_avg,src_rq_nr_running,src_rq_util_avg,imbalance,' +
  'sd_cache_nice_tries,cpu_idle,cpu_newly_idle,sd_nr_balance_failed,delta,migration';
const MLLB =
  'ts,curr_pid,pid,src_cpu,dst_cpu,imbalance,src_len,src_numa_len,src_preferred_len,delta,cpu_idle,cpu_not_idle,' +
  'cpu_newly_idle,same_node,prefer_src,prefer_dst,delta_faults,total_faults,dst_len,src_load,dst_load,nr_fails,' +
  'cache_nice_tries,buddy_hot,throttled,p_running,test_aggressive,can_migrate,pc_0,pc_1';
const MLLB_ROW =
  '5000,1,77,0,3,2,4,0,0,900000,0,0,1,1,0,0,0,0,1,2048,100,2,1,0,0,0,1,1,0,0';

let files = 0;
function file(content: string | Uint8Array, name = `${files++}.csv`): string {
  const path = join(DIR, name);
  writeFileSync(path, content);
  return path;
}

async function column(path: string, name: string, options = {}): Promise<number[]> {
  return Array.from((await readDecisionsCsv(path, options)).tables.decisions.columns[name]!);
}

async function refusal(path: string, options = {}): Promise<string> {
  try {
    await readDecisionsCsv(path, options);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe("the thesis' table", () => {
  const row = '12,1000000,512,300,18446744073709551000,3,900000,2048,700,2,400,4096,900,5,800,3,1,0,1,2,100000,2';

  it('is read with its units and codes', async () => {
    const second = row.replace(/2$/, '0').replace('1000000', '1500000');
    const contents = await readDecisionsCsv(file(`${THESIS}\n${row}\n${second}\n`));
    const { columns, rows } = contents.tables.decisions;
    expect(rows).toBe(2);
    const first = (name: string): number => columns[name]![0]!;
    expect(first('pid')).toBe(12);
    expect(first('vruntime')).toBe(-616);
    expect(first('exec_start')).toBe(900_000);
    expect([first('dst_weight'), first('dst_load'), first('dst_nr'), first('dst_util')]).toEqual([2048, 700, 2, 400]);
    expect([first('src_weight'), first('src_load'), first('src_nr'), first('src_util')]).toEqual([4096, 900, 5, 800]);
    expect([first('idle'), first('result'), first('reason'), first('hot')]).toEqual([2, 2, 5, 1]);
    expect([columns['result']![1], columns['reason']![1], columns['hot']![1]]).toEqual([0, -1, -1]);
    expect([first('level'), first('policy'), first('src_cpu'), first('migration_cost')]).toEqual([-1, -1, -1, -1]);
    expect(Array.from(columns['ts']!)).toEqual([0, 500_000]);
    expect(contents.manifest).toMatchObject({ firstTimestampNs: '1000000', durationNs: 500_000, cpus: 1 });
    expect(contents.tasks.map(({ pid }) => pid)).toEqual([12]);
    expect(inspect(contents)).toMatchObject({ forced: 1, decided: 1 });
  });

  it('has nothing that L1 could decide', async () => {
    expect(replayL1(await readDecisionsCsv(file(`${THESIS}\n${row}\n`)))).toMatchObject({ rows: 1, decidable: 0, agree: 0 });
  });

  it('may have the CPUs too, spaces, quotes, CRLF, a byte order mark, blank lines, True and decimals', async () => {
    const header = `\uFEFF "pid" , dst_cpu,delta,sd_nr_balance_failed,migration,cpu_idle,cpu_newly_idle`;
    const path = file(`${header}\r\n\r\n7, 3 ,1.5e3,"2",1,True,False\r\n\n8,1,20.0,0,0,false,FALSE`);
    expect(await column(path, 'delta')).toEqual([1500, 20]);
    expect(await column(path, 'idle')).toEqual([0, 1]);
    expect((await readDecisionsCsv(path)).manifest.cpus).toBe(4);
  });
});

describe("MLLB's table", () => {
  it('is read, and its flags become a reason', async () => {
    const cells = MLLB_ROW.split(',');
    const names = MLLB.split(',');
    const change = (changes: Record<string, number>): string =>
      cells.map((cell, i) => String(changes[names[i]!] ?? cell)).join(',');
    const path = file(
      [
        MLLB,
        MLLB_ROW,
        change({ throttled: 1, test_aggressive: 0, can_migrate: 0 }),
        change({ p_running: 1, test_aggressive: 0, can_migrate: 0 }),
        change({ test_aggressive: 0, can_migrate: 0 }),
      ].join('\n'),
    );
    expect(await column(path, 'reason')).toEqual([5, 0, 3, -1]);
    expect(await column(path, 'hot')).toEqual([-1, -2, -2, -1]);
    expect(await column(path, 'idle')).toEqual([2, 2, 2, 2]);
    const contents = await readDecisionsCsv(path);
    expect(contents.manifest.cpus).toBe(4);
    expect(contents.manifest.notes.join('\n')).toMatch(/columns passed over: curr_pid, src_numa_len/);
    // The two refusals follow from their reason; the first row lacks level, policy and cost.
    expect(replayL1(contents)).toMatchObject({ rows: 4, decidable: 2, agree: 2 });
  });

  it('can be replayed at L1 where a column map tells what it lacks', async () => {
    const cold = MLLB_ROW;
    const hot = MLLB_ROW.replace('900000', '9000');
    const hotRefused = hot.replace(/1,0,0$/, '0,0,0').replace(',2,1,0,0,0,1,', ',1,1,0,0,0,1,');
    const wrong = MLLB_ROW.replace(/1,0,0$/, '0,0,0');
    const path = file([MLLB, cold, hotRefused, hot, wrong].join('\n'));
    const map = file(
      JSON.stringify({
        ts: 'ts', pid: 'pid', src_cpu: 'src_cpu', dst_cpu: 'dst_cpu', delta: 'delta', dst_nr: 'dst_len', buddy: 'buddy_hot',
        nr_balance_failed: 'nr_fails', cache_nice_tries: 'cache_nice_tries',
        decided: 'test_aggressive', result: 'can_migrate',
        level: { value: 2 }, policy: { value: 0 }, migration_cost: { value: 500_000 },
      }),
      'mllb.json',
    );
    const contents = await readDecisionsCsv(path, { columns: map });
    expect(contents.manifest.sysctl).toEqual({ migration_cost_ns: 500_000 });
    const report = replayL1(contents);
    expect(report).toMatchObject({ rows: 4, decidable: 4, agree: 3 });
    expect(report.disagreements[0]).toMatchObject({ row: 3, recorded: { result: 0 }, computed: { result: 1 } });
  });
});

describe('a column map', () => {
  it('scales, inverts, and sorts by time', async () => {
    const path = file('when;x,stay,who\n0.000003,1,5\n0.000001,0,6\n');
    const json = '{"ts": {"column": "when;x", "scale": 1e9}, "pid": "who", "result": {"column": "stay", "invert": true}}';
    const map = file(json, 'm.json');
    expect(await column(path, 'result', { columns: map })).toEqual([1, 0]);
    expect(await column(path, 'ts', { columns: map })).toEqual([0, 2000]);
    expect(await column(path, 'pid', { columns: map })).toEqual([6, 5]);
    expect(await column(path, 'seq', { columns: map })).toEqual([0, 1]);
  });

  it('keeps time stamps that pass 2^53 exact', async () => {
    const map = file('{"ts": "t", "result": "r"}', 'ts.json');
    const path = file('t,r\n1763715599123456789,0\n1763715599123456790,1\n');
    expect(await column(path, 'ts', { columns: map })).toEqual([0, 1]);
    expect((await readDecisionsCsv(path, { columns: map })).manifest.firstTimestampNs).toBe('1763715599123456789');
  });

  it.each([
    ['{"frob": "a", "result": "b"}', /frob: expected one of ts, cpu, .*found no such column/],
    ['{"ts": "a"}', /expected an entry "result"/],
    ['{"result": {"column": "a", "scale": 0}}', /result/],
    ['{"result": {"col": "a"}}', /result/],
    ['{"result": 3}', /result/],
    ['[1]', /expected an object/],
    ['{', /line 1, column/],
  ])('that is wrong is refused: %s', async (json, message) => {
    expect(await refusal(file('a,b\n1,1\n'), { columns: file(json, 'bad.json') })).toMatch(message);
  });

  it('must name columns that are there, once', async () => {
    const map = file('{"result": "moved"}', 'moved.json');
    const missing = await refusal(file('a,b\n1,1\n'), { columns: map });
    expect(missing).toMatch(/line 1: expected a column moved \(for result\), found a,b/);
    expect(await refusal(file('moved,moved\n1,1\n'), { columns: map })).toMatch(/each column once, found moved twice/);
  });
});

describe('dirty tables', () => {
  it('lose the bad rows, which are counted with the line of the first', async () => {
    const rows = ['1,2,3,0', '1,2,3', '1,x,3,0', '1,,3,0', '1,2.5,3,0', '1,2,3,7', '99999999999,2,3,0', '1,2,3,0,9', '2,2,3,1'];
    const path = file(`pid,delta,sd_nr_balance_failed,migration\n${rows.join('\n')}\n`);
    const { tables, manifest } = await readDecisionsCsv(path);
    expect(tables.decisions.rows).toBe(2);
    expect(manifest.notes.filter((note) => note.startsWith('dropped'))).toEqual([
      'dropped 1 rows, the first in line 3: 3 fields where the header has 4',
      'dropped 3 rows, the first in line 4: no number in column delta',
      'dropped 1 rows, the first in line 7: a value of result out of range',
      'dropped 1 rows, the first in line 8: a value of pid out of range',
      'dropped 1 rows, the first in line 9: 5 fields where the header has 4',
    ]);
  });

  it('are counted in the manifest, and refused where that is asked for', async () => {
    const overlong = `1,${'2'.repeat(2 ** 20)},3,0`;
    const rows = ['1,9,2,3,0', '1,4,2,3,0', '1,x,2,3,0', '1,5,2,x,0', '1,2', overlong, '1,6,2,3,1'];
    const path = file(`pid,ts,delta,sd_nr_balance_failed,migration\n${rows.join('\n')}\n`);
    const { manifest } = await readDecisionsCsv(path, { onDirty: 'drop' });
    expect(manifest.dirty).toEqual([
      { kind: 'malformed', treatment: 'dropped', count: 3, first: { line: 4 } },
      { kind: 'overlong', treatment: 'dropped', count: 1, first: { line: 7 } },
      { kind: 'clock-back', treatment: 'sorted', count: 1, first: {} },
    ]);
    expect(manifest.hz).toBe(0);
    expect(await refusal(path, { onDirty: 'fail' })).toMatch(
      /line 4: expected a source without dirty data, found malformed: no number in column ts/,
    );
    const backwards = file('pid,ts,delta,sd_nr_balance_failed,migration\n1,9,2,3,0\n1,4,2,3,0\n');
    expect(await refusal(backwards, { onDirty: 'fail' })).toMatch(/found clock-back: a row before the one above/);
    const clean = file('pid,ts,delta,sd_nr_balance_failed,migration\n1,4,2,3,0\n');
    expect((await readDecisionsCsv(clean, { onDirty: 'fail' })).manifest.dirty).toEqual([]);
  });

  it('can be stopped, and tell how far they are', async () => {
    const path = file('pid,delta,sd_nr_balance_failed,migration\n1,2,3,0\n');
    const seen: number[][] = [];
    await readDecisionsCsv(path, { onProgress: (...progress) => void seen.push(progress) });
    expect(seen).toEqual([[49, 49]]);
    await expect(readDecisionsCsv(path, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
  });

  it.each([
    ['', /a header and rows/],
    ['\n\n', /a header and rows/],
    ['a,b\n1,2\n', /line 1: expected a header with the thesis' columns or MLLB's, or a column map/],
    ['1,2,3\n', /line 1: expected a header/],
    ['pid,delta,sd_nr_balance_failed,migration\n', /at least one good row, found no rows/],
    ['pid,delta,sd_nr_balance_failed,migration\n1,2\n', /line 2: expected at least one good row, found 2 fields/],
  ])('are refused where nothing is good: %j', async (text, message) => {
    expect(await refusal(file(text))).toMatch(message);
  });

  it('are read as far as a cut gzip stream goes', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i + 1},${i * 7919 % 100_000},3,0`);
    const packed = gzipSync(`pid,delta,sd_nr_balance_failed,migration\n${lines.join('\n')}\n`);
    const whole = await readDecisionsCsv(file(packed, 'whole.csv.gz'));
    expect(whole.tables.decisions.rows).toBe(5000);
    const cut = await readDecisionsCsv(file(packed.subarray(0, packed.length >> 1), 'cut.csv.gz'));
    expect(cut.tables.decisions.rows).toBeGreaterThan(1000);
    expect(cut.tables.decisions.rows).toBeLessThan(5000);
    expect(cut.manifest.notes.join('\n')).toMatch(/ends too early/);
    expect(cut.manifest.dirty!.map(({ kind }) => kind)).toContain('truncated');
    const pids = cut.tables.decisions.columns['pid']!;
    expect(pids[cut.tables.decisions.rows - 1]).toBe(cut.tables.decisions.rows);
  });

  it('are read from zstd too', async () => {
    const text = Buffer.from(`pid,delta,sd_nr_balance_failed,migration\n${'12,345,6,0\n'.repeat(12)}`);
    // A frame of one segment, its length in one byte, with one block that is stored as it is.
    const size = text.length;
    const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, size, ((size << 3) & 0xff) | 1, size >> 5, 0]);
    expect(await column(file(Buffer.concat([head, text]), 'table.csv.zst'), 'delta')).toEqual(new Array(12).fill(345));
  });

  it('are read as far as a cut zstd stream goes, and the last row is not taken for a whole one', async () => {
    const text = Buffer.from(`pid,delta,sd_nr_balance_failed,migration\n${'12,345,6,0\n'.repeat(100)}`);
    const packed = zstdFrame(text, { blockBytes: 100 });
    const cut = await readDecisionsCsv(file(packed.subarray(0, 500), 'cut.csv.zst'));
    expect(cut.manifest.notes.at(-1)).toMatch(/ends too early/);
    expect(cut.manifest.dirty).toEqual([
      { kind: 'cut-line', treatment: 'dropped', count: 1, first: { line: cut.tables.decisions.rows + 2 } },
      { kind: 'truncated', treatment: 'kept', count: 1, first: {} },
    ]);
  });

  it('never do worse than an InputError, whatever the bytes', async () => {
    const good = Buffer.from(`${MLLB}\n${MLLB_ROW}\n${MLLB_ROW}\n`);
    const mutation = fc.record({ at: fc.nat(good.length), bytes: fc.uint8Array({ maxLength: 5 }), drop: fc.nat(40) });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        let bytes: Buffer = good;
        for (const { at, bytes: put, drop } of mutations) {
          bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]);
        }
        try {
          const { tables } = await readDecisionsCsv(file(bytes, 'mutant.csv'));
          expect(tables.decisions.rows).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('detection', () => {
  it('goes by the header', () => {
    expect(looksLikeDecisionsCsv(`${THESIS}\n1,2`)).toBe('thesis');
    expect(looksLikeDecisionsCsv(`\uFEFF\r\n ${MLLB.replaceAll(',', ' , ')}\r\n`)).toBe('mllb');
    expect(looksLikeDecisionsCsv('ts,pid,src_cpu,dst_cpu,reason,result,migration_cost')).toBe('cfslab');
    const trace = ' <idle>-0 [000] d..1. 12.3: sched_switch: prev_comm=a';
    for (const text of ['', '\n', 'a,b\n', '"open', trace, THESIS.slice(0, 40)]) {
      expect(looksLikeDecisionsCsv(text)).toBeNull();
    }
  });
});

describe('the bundle of a table', () => {
  it('can be written and read back', async () => {
    const contents = await readDecisionsCsv(file(`${MLLB}\n${MLLB_ROW}\n`, 'table.csv'));
    const out = join(DIR, 'bundle');
    await writeBundle(out, contents);
    const again = await readBundle(out);
    expect(again.manifest).toEqual(contents.manifest);
    expect(again.tables.decisions).toEqual(contents.tables.decisions);
  });
});
