import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CANNOT_KNOW } from '../../src/bundle/capture-script/limits.js';
import { cli } from './support.js';

const DIR = mkdtempSync(join(tmpdir(), 'cfslab-cli-script-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

describe('cfslab capture-script', () => {
  it('prints the script, and nothing else', async () => {
    const { code, out, err } = await cli('capture-script');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^#!\/bin\/sh\n/);
    expect(out).toContain('TOOL=tracefs\nSECONDS_TO_RECORD=10\nBUFFER_KB=65536\nKPROBES=0\nEVENTS="sched/sched_switch ');
  });

  it('writes what the options say', async () => {
    const { out } = await cli(
      'capture-script', '--tool', 'perf', '--seconds', '3', '--events', 'sched_switch,irq:softirq_entry', '--buffer', '2',
    );
    expect(out).toContain('TOOL=perf\nSECONDS_TO_RECORD=3\nBUFFER_KB=2048\nKPROBES=0\n');
    expect(out).toContain('EVENTS="sched:sched_switch irq:softirq_entry"\n');
  });

  it('writes an executable file', async () => {
    const path = join(DIR, 'record.sh');
    const { code, out, err } = await cli('capture-script', '--kprobes', '--out', path);
    expect([code, out]).toEqual([0, '']);
    expect(err).toBe(`${path}: run it as root: sh ${path} DIRECTORY [COMMAND...]\n`);
    expect(statSync(path).mode & 0o111).toBe(0o111);
    expect(readFileSync(path, 'utf8')).toBe((await cli('capture-script', '--kprobes')).out);
  });

  it('says in its help what such a trace cannot tell', async () => {
    const { code, out } = await cli('capture-script', '--help');
    expect(code).toBe(0);
    for (const line of CANNOT_KNOW) expect(out.replace(/\s+/g, ' ')).toContain(line);
  });

  it.each([
    [['--tool', 'strace'], '--tool: expected tracefs, trace-cmd, perf, found strace'],
    [['--seconds', '0'], '--seconds: expected an integer from 1 to 86400, found 0'],
    [['--buffer', 'x'], '--buffer'],
    [['--events', 'sched_switch;reboot'], '--events: expected names of events: sched_switch, irq:softirq_entry, found'],
    [['--events', 'a,'], '--events'],
    [['--kprobes', '--tool', 'perf'], '--kprobes: expected the tool tracefs, found perf'],
    [['--out', '/nowhere/at/all/x.sh'], '/nowhere/at/all/x.sh'],
    [['more'], 'too many arguments'],
  ])('refuses %j in one line', async (args, part) => {
    const { code, out, err } = await cli('capture-script', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^cfslab: [^\n]+\n$/);
    expect(err).toContain(part);
  });
});
