import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readDecisionsCsv } from '../../src/bundle/csv/read.js';
import { openBundle } from '../../src/bundle/read.js';
import { replayL1 } from '../../src/bundle/replay-l1.js';
import { EVENT_COLUMNS } from '../../src/sim/records/records.js';
import { readRtApp } from '../../src/workloads/rtapp/index.js';
import { cli } from './support.js';

const CAPTURE = fileURLToPath(new URL('../../calibration/captures/rtapp', import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), 'cfslab-cli-export-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

describe('cfslab export', () => {
  it('writes a CSV file for each table', async () => {
    const out = join(DIR, 'csv');
    const first = await cli('export', CAPTURE, '--format', 'csv', '--out', out);
    expect(first).toMatchObject({ code: 0, err: '' });
    const contents = await openBundle(CAPTURE);
    const { events, decisions } = contents.tables;
    const lines = readFileSync(join(out, 'events.csv'), 'utf8').split('\n');
    expect(lines[0]).toBe(EVENT_COLUMNS.map(({ name }) => name).join());
    expect(lines.length).toBe(events.rows + 2);
    const row = events.rows >> 1;
    expect(lines[row + 1]).toBe(EVENT_COLUMNS.map(({ name }) => events.columns[name]![row]).join());
    const names = readdirSync(out);
    const always = ['decisions', 'balances', 'events', 'tasks', 'masks', 'domains', 'counters', 'kinds'];
    for (const name of [...always, ...Object.keys(contents.instrument)]) {
      expect(names).toContain(`${name}.csv`);
    }
    expect(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'))).toEqual(contents.manifest);

    // The same again, over what stands there.
    const before = names.map((name) => readFileSync(join(out, name)));
    const second = await cli('export', CAPTURE, '--format', 'csv', '--out', out, '--json');
    expect(JSON.parse(second.out)).toMatchObject({ out, format: 'csv', files: { 'events.csv': events.rows } });
    expect(names.map((name) => readFileSync(join(out, name)))).toEqual(before);

    // And the decisions are read back, number for number; L1 says of them what it says of the capture.
    const back = await readDecisionsCsv(join(out, 'decisions.csv'));
    for (const [name, column] of Object.entries(decisions.columns)) {
      if (name === 'seq') continue;
      const shift = name === 'ts' ? column[0]! : 0;
      const column2 = back.tables.decisions.columns[name]!;
      for (let i = 0; i < decisions.rows; i++) {
        if (column2[i] !== column[i]! - shift) throw new Error(`${name}, row ${i}: ${column2[i]}`);
      }
    }
    const { decidable, agree } = replayL1(back);
    expect([decidable, agree]).toEqual([decisions.rows, decisions.rows]);
  });

  it('writes an rt-app file and says what it does not hold', async () => {
    const out = join(DIR, 'rtapp.json');
    const { code, out: said, err } = await cli('export', CAPTURE, '--format', 'rt-app', '--out', out);
    expect(code).toBe(0);
    expect(said).toMatch(/rtapp\.json: \d+ threads, \d+ barriers, [\d.]+ KiB\n/);
    expect(err).toMatch(/note: \d+ forks are barriers of two/);
    expect(readRtApp(out, 8).workload.templates.length).toBeGreaterThan(20);
    const json = await cli('export', CAPTURE, '--format', 'rt-app', '--out', out, '--json');
    expect(json.err).toBe('');
    expect(JSON.parse(json.out)).toMatchObject({ format: 'rt-app', bytes: readFileSync(out).length });
  });

  it('writes a trace for the Perfetto UI', async () => {
    const out = join(DIR, 'trace.pftrace');
    const { code, out: said } = await cli('export', CAPTURE, '--format', 'perfetto', '--out', out);
    expect(code).toBe(0);
    expect(said).toContain('ui.perfetto.dev');
    // A trace is a sequence of packets: field 1, of a length.
    expect(readFileSync(out)[0]).toBe(0x0a);
    expect(readdirSync(DIR).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it.each([
    [[CAPTURE, '--out', 'x'], '--format: expected csv, rt-app, perfetto, found nothing'],
    [[CAPTURE, '--format', 'xml', '--out', 'x'], '--format: expected csv, rt-app, perfetto, found xml'],
    [[CAPTURE, '--format', 'toString', '--out', 'x'], '--format'],
    [[CAPTURE, '--format', 'csv'], '--out: expected a place for the export'],
    [['nothing', '--format', 'csv', '--out', 'x'], 'nothing: expected a bundle'],
    [[CAPTURE, '--format', 'csv', '--out', '/nowhere/at/all'], '/nowhere/at/all'],
    [[CAPTURE, '--format', 'rt-app', '--out', '/nowhere/at/all'], '/nowhere/at/all'],
    [[CAPTURE, '--format', 'rt-app', '--out', DIR], 'a place for a file, found a directory'],
    [[], "missing required argument 'bundle'"],
  ])('refuses %j in one line', async (args, part) => {
    const { code, out, err } = await cli('export', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^cfslab: [^\n]+\n$/);
    expect(err).toContain(part);
    expect(existsSync('x')).toBe(false);
  });

  it('replaces nothing that it did not write', async () => {
    const out = join(DIR, 'mine');
    mkdirSync(out);
    writeFileSync(join(out, 'letter.txt'), 'dear');
    const { code, err } = await cli('export', CAPTURE, '--format', 'csv', '--out', out);
    expect(code).toBe(2);
    expect(err).toContain('found a directory with letter.txt in it');
    expect(readdirSync(out)).toEqual(['letter.txt']);
  });
});
