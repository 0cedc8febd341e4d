import { spawnSync } from 'node:child_process';
import {
  closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync, writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/bundle/capture/capture.js';
import { ingest } from '../../src/bundle/ingest.js';
import { readLoneTracesInMemory } from '../../src/bundle/capture/lone-trace.js';
import { openBundle } from '../../src/bundle/read.js';
import { TRACE_FORMATS } from '../../src/bundle/trace/formats.js';
import { writeBundle } from '../../src/bundle/write.js';
import { InputError } from '../../src/input/error.js';
import { DECISION_COLUMNS } from '../../src/sim/records/records.js';
import { CAPTURES, traceLines } from './capture-fixture.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/formats/', import.meta.url));
let root = '';
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'cfslab-ingest-'))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function bytesOf(bundle: string): Record<string, string> {
  return Object.fromEntries(readdirSync(bundle).sort((a, b) => (a < b ? -1 : 1)).map((name) =>
    [name, readFileSync(join(bundle, name)).toString('base64')]));
}

function write(name: string, text: string | Buffer): string {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
}

describe('ingest', () => {
  it('makes the same bytes streamed, read into memory, and again', async () => {
    const capture = join(CAPTURES, 'spin9');
    const [streamed, again, whole] = ['streamed', 'again', 'whole'].map((name) => join(root, name));
    const manifest = await ingest([capture], streamed!);
    await ingest([capture], again!);
    await writeBundle(whole!, await readCapture(capture));
    expect(bytesOf(again!)).toEqual(bytesOf(streamed!));
    expect(bytesOf(whole!)).toEqual(bytesOf(streamed!));
    expect((await openBundle(streamed!)).manifest).toEqual(manifest);
    await ingest([streamed!], again!);
    expect(bytesOf(again!)).toEqual(bytesOf(streamed!));
  });

  it('does so for rows that come out of order, too', async () => {
    const lines = traceLines('spin9').filter((line) => !line.startsWith('#'));
    for (let i = 0; i + 7 < lines.length; i += 11) [lines[i], lines[i + 7]] = [lines[i + 7]!, lines[i]!];
    const path = write('shuffled.txt', `${lines.join('\n')}\n`);
    const streamed = join(root, 'shuffled');
    const whole = join(root, 'shuffled-whole');
    const manifest = await ingest([path], streamed);
    await writeBundle(whole, await readLoneTracesInMemory([path]));
    expect(bytesOf(whole)).toEqual(bytesOf(streamed));
    expect(manifest.dirty!.find(({ kind }) => kind === 'clock-back')).toMatchObject({ treatment: 'sorted' });
    const straight = await readLoneTracesInMemory([write('straight.txt', `${traceLines('spin9').join('\n')}\n`)]);
    expect(manifest.rows).toEqual(straight.manifest.rows);
  });

  it('merges the traces of single CPUs into what the whole trace gives', async () => {
    const lines = traceLines('rtapp').filter((line) => !line.startsWith('#'));
    const cpus = [...new Set(lines.map((line) => /\[(\d+)\]/.exec(line)![1]!))].sort((a, b) => (a < b ? -1 : 1));
    const linesOf = (cpu: string): string[] => lines.filter((line) => line.includes(`[${cpu}]`));
    const files = cpus.map((cpu) => write(`cpu${cpu}.txt`, `${linesOf(cpu).join('\n')}\n`));
    const merged = join(root, 'merged');
    await ingest(files, merged);
    const whole = await readLoneTracesInMemory([write('whole.txt', `${lines.join('\n')}\n`)]);
    const { tables, instrument, manifest } = await openBundle(merged);
    expect(manifest.rows).toEqual(whole.manifest.rows);
    // Where CPUs have events of the same ns, which comes first is the order of the files, not of the lines.
    for (const name of ['ts', 'pid', 'level', 'result'] as const) {
      expect(Array.from(tables.decisions.columns[name]!)).toEqual(Array.from(whole.tables.decisions.columns[name]!));
    }
    expect(Object.keys(instrument)).toEqual(Object.keys(whole.instrument));
  });

  it('reads a CSV table of decisions', async () => {
    const names = DECISION_COLUMNS.map(({ name }) => name);
    const table = [names, names.map(() => '0'), names.map((name) => (name === 'ts' ? '7' : '1'))];
    const path = write('decisions.csv', table.map((cells) => `${cells.join(',')}\n`).join(''));
    expect(await ingest([path], join(root, 'csv'))).toMatchObject({ rows: { decisions: 2, events: 0 } });
    expect(Array.from((await openBundle(join(root, 'csv'))).tables.decisions.columns['ts']!)).toEqual([0, 7]);
    await expect(ingest([path, path], join(root, 'csv'), { csv: true })).rejects.toThrow('expected one CSV table');
    await expect(ingest([path], join(root, 'csv'), { tickRate: 1e9 })).rejects.toThrow('expected a trace, as its machine');
    await expect(ingest([join(root, 'csv')], join(root, 'copy'), { cpus: 2 })).rejects.toThrow('found a bundle');
  });

  it('refuses a column map where there is no table', async () => {
    const map = write('map.json', '{"result": "moved"}');
    const out = join(root, 'mapped');
    const trace = join(FIXTURES, 'hackbench-6.1.trace.txt');
    await expect(ingest([trace], out, { csv: false, format: 'ftrace', columns: map })).rejects.toThrow('as there is a column map');
    await expect(ingest([join(CAPTURES, 'spin9')], out, { columns: map })).rejects.toThrow('a CSV table, which is a file');
    expect(readdirSync(root)).not.toContain('mapped');
  });

  it.each(readdirSync(FIXTURES).filter((name) => /\.(txt|zst)$/.test(name)))('reads %s', async (name) => {
    const manifest = await ingest([join(FIXTURES, name)], join(root, `format-${name}`));
    expect(manifest.rows.events).toBeGreaterThan(50);
    expect(TRACE_FORMATS).toContain(manifest.formats![name]);
  });

  it('leaves nothing behind where it fails or is stopped', async () => {
    const place = join(root, 'stopped');
    mkdirSync(place);
    const out = join(place, 'bundle');
    await expect(ingest([write('bad.txt', 'garbage\n'.repeat(9))], out, { format: 'ftrace' })).rejects.toThrow(InputError);
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    await expect(ingest([join(CAPTURES, 'spin9')], out, { signal: controller.signal })).rejects.toThrow('stop');
    expect(readdirSync(place)).toEqual([]);
  });

  it.each([
    ['nothing', [], 'expected a trace, a capture directory or a CSV table'],
    ['a missing file', ['none.txt'], 'a capture directory or a CSV table, found nothing of that name'],
    ['a directory among files', ['a.txt', '.'], 'expected files, where there are several inputs'],
    ['a directory that is no capture', ['.'], 'expected a trace.txt.gz'],
  ])('refuses %s', async (_, names, message) => {
    write('a.txt', '');
    await expect(ingest(names.map((name) => join(root, name)), join(root, 'refused'))).rejects.toThrow(message);
  });
});

describe('a damaged trace', () => {
  const source = readFileSync(join(FIXTURES, 'hackbench-6.1.trace.txt'), 'latin1').split('\n').slice(0, 120);

  it('gives a bundle whose tables are in order and whose dirt is counted, or a clear error', async () => {
    const path = join(root, 'fuzzed.txt');
    const damage = fc.record({
      cut: fc.nat({ max: 25_000 }),
      swaps: fc.array(fc.tuple(fc.nat({ max: 119 }), fc.nat({ max: 119 })), { maxLength: 5 }),
      garbles: fc.array(fc.tuple(fc.nat({ max: 119 }), fc.nat({ max: 250 }), fc.nat({ max: 255 })), { maxLength: 20 }),
      again: fc.nat({ max: 119 }),
      mode: fc.constantFrom('drop', 'insert', 'fail') as fc.Arbitrary<'drop' | 'insert' | 'fail'>,
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ cut, swaps, garbles, again, mode }) => {
        const lines = [...source, ...source.slice(again)];
        for (const [a, b] of swaps) [lines[a], lines[b]] = [lines[b]!, lines[a]!];
        for (const [at, column, byte] of garbles) {
          const line = lines[at]!;
          lines[at] = line.slice(0, column) + String.fromCharCode(byte) + line.slice(column + 1);
        }
        writeFileSync(path, Buffer.from(lines.join('\n').slice(0, cut), 'latin1'));
        let contents;
        try {
          contents = await readLoneTracesInMemory([path], { format: 'ftrace', onDirty: mode, windowRows: 64 });
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        const { manifest, tables, instrument } = contents;
        for (const { rows, columns } of [...Object.values(tables), ...Object.values(instrument)]) {
          for (let row = 1; row < rows; row += 1) {
            expect(columns['ts']![row]!).toBeGreaterThanOrEqual(columns['ts']![row - 1]!);
            expect(columns['seq']![row]!).toBeGreaterThan(columns['seq']![row - 1]!);
          }
          if (rows > 0) expect(columns['ts']![0]!).toBeGreaterThanOrEqual(0);
        }
        expect(manifest.cpus).toBeGreaterThan(0);
        expect(manifest.durationNs).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 150 },
    );
  });
});

describe('memory', () => {
  it('does not grow with the trace: 60 MB are read with a heap of 64 MB', () => {
    const path = join(root, 'long.txt');
    const lines = traceLines('spin9').filter((line) => !line.startsWith('#'));
    const parts = lines.map((line) => /^(.*?\[\d+\] \S+ +)(\d+)(: .*)$/.exec(line)!.slice(1, 4) as [string, string, string]);
    const span = Number(parts.at(-1)![1]) - Number(parts[0]![1]) + 1000;
    const file = openSync(path, 'w');
    let bytes = 0;
    let rounds = 0;
    for (; bytes < 60e6; rounds += 1) {
      const from = rounds * span;
      bytes += writeSync(file, parts.map(([head, ts, body]) => `${head}${Number(ts) + from}${body}\n`).join(''));
    }
    closeSync(file);
    const script = join(root, 'long.mts');
    const url = (name: string): string => JSON.stringify(new URL(`../../src/bundle/${name}`, import.meta.url).pathname);
    writeFileSync(script, [
      `import { ingest } from ${url('ingest.ts')};`,
      `const paths = ${JSON.stringify([path, join(root, 'long')])};`,
      "const manifest = await ingest([paths[0]], paths[1], { format: 'ftrace' });",
      'console.log(JSON.stringify({ rows: manifest.rows, rssMb: process.resourceUsage().maxRSS / 1024 }));',
    ].join('\n'));
    const { stdout, stderr, status } = spawnSync(
      process.execPath, ['--max-old-space-size=64', '--import', 'tsx', script],
      { encoding: 'utf8', cwd: fileURLToPath(new URL('../..', import.meta.url)), timeout: 300_000 },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { rows, rssMb } = JSON.parse(stdout) as { rows: { events: number }; rssMb: number };
    expect(rows.events).toBeGreaterThan(rounds * 600);
    expect(rssMb).toBeLessThan(1024);
  });
});
