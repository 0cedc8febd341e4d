import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBundle } from '../../src/bundle/write.js';
import { MAX_WIDTH } from '../../src/cli/table.js';
import type { RecordingDocument, SeveralDocument } from '../../src/lockstep/agreement/document.js';
import { DECISIONS } from '../../src/lockstep/agreement/tally.js';
import { CAPTURES } from '../bundle/capture-fixture.js';
import { simulated } from '../calibration/support/simulated.js';
import { cli, type Outcome } from './support.js';

const DIR = mkdtempSync(join(tmpdir(), 'cfslab-replay-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));
const FORMATS = fileURLToPath(new URL('../fixtures/formats/', import.meta.url));
const SPIN9 = join(CAPTURES, 'spin9');
const RTAPP = join(CAPTURES, 'rtapp');
const SIMULATED = join(DIR, 'simulated');
const DECISIONS_ONLY = join(DIR, 'decisions-only');

async function json<T>(...args: string[]): Promise<T & { code: number }> {
  const { code, out, err } = await cli('replay', ...args, '--json');
  expect(err).toBe('');
  return { ...(JSON.parse(out) as T), code };
}

beforeAll(async () => {
  const contents = await simulated('forkjoin', 'pvt8c', 0.05, 1);
  await writeBundle(SIMULATED, contents);
  const { events } = contents.tables;
  const none = { rows: 0, columns: Object.fromEntries(Object.keys(events.columns).map((name) => [name, []])) };
  const manifest = { ...contents.manifest, rows: { ...contents.manifest.rows, events: 0 } };
  await writeBundle(DECISIONS_ONLY, { ...contents, manifest, tables: { ...contents.tables, events: none } });
});

describe('replay --lockstep --json', () => {
  it('has the promised fields, for every decision', async () => {
    const document = await json<RecordingDocument>(SPIN9, '--lockstep');
    expect(document.code).toBe(0);
    expect(document).toMatchObject({ name: 'spin9', machine: 'pvt8', policy: 'stock', lacks: null, freeRun: null });
    expect(document.l1).toEqual({ rows: 226, decidable: 226, agree: 226, disagreements: [] });
    expect(Object.keys(document.lockstep)).toEqual([...DECISIONS]);
    for (const { count, decidable, agree } of Object.values(document.lockstep)) {
      expect(agree).toBeLessThanOrEqual(decidable);
      expect(decidable).toBeLessThanOrEqual(count);
    }
    for (const name of ['vruntime', 'min_vruntime', 'src_load', 'task_util', 'h_load', 'util_est', 'delta', 'imbalance', 'src_nr']) {
      const { count, medianRelErr, p99RelErr } = document.features[name]!;
      expect(count).toBeGreaterThan(0);
      expect(medianRelErr).toBeLessThanOrEqual(p99RelErr);
    }
    expect(document.clock.records).toBe(226);
    expect(document.lags.counts).toHaveLength(4);
    expect(document.undecidable.fork_cpu).toBeDefined();
    expect(JSON.stringify(await json(SPIN9, '--lockstep'))).toBe(JSON.stringify(document));
  });

  it('adds several recordings up, and has each by itself', async () => {
    const alone = await json<RecordingDocument>(SPIN9, '--lockstep');
    const both = await json<SeveralDocument>(SPIN9, RTAPP, '--lockstep');
    expect(both.recordings.map(({ name }) => name)).toEqual(['spin9', 'rtapp']);
    const { code, ...spin9 } = alone;
    expect(code).toBe(0);
    expect(both.recordings[0]).toEqual(spin9);
    expect(both.l1).toMatchObject({ rows: 467, decidable: 467, agree: 467 });
    for (const name of DECISIONS) {
      for (const figure of ['count', 'decidable', 'agree'] as const) {
        const parts = both.recordings.map(({ lockstep }) => lockstep[name][figure]);
        expect(both.lockstep[name][figure]).toBe(parts[0]! + parts[1]!);
      }
    }
    expect(both.features['tick_ideal']!.count).toBe(both.lockstep.tick_resched.decidable);
    expect(both.leftOut).toEqual([]);
  });

  it('explains as many as asked for, of the decisions asked for', async () => {
    const two = await json<RecordingDocument>(
      SPIN9, '--lockstep', '--set', 'sysctl.latency_ns=48000000', '--explain', '2', '--only', 'tick_resched',
    );
    expect(two.code).toBe(1);
    expect(two.disagreements.map(({ decision }) => decision)).toEqual(['tick_resched', 'tick_resched']);
    for (const { state, recorded, computed } of two.disagreements) {
      expect(recorded).not.toBe(computed);
      expect(state.some((line) => line.startsWith('kernel:')) && state.some((line) => line.startsWith('model:'))).toBe(true);
    }
  });

  it('makes free runs where seeds are named', async () => {
    const { freeRun } = await json<{ freeRun: { seeds: number; rows: unknown[] } }>(SPIN9, '--lockstep', '--seeds', '1');
    expect(freeRun.seeds).toBe(1);
    expect(freeRun.rows.length).toBeGreaterThan(5);
  });
});

describe('the exit code', () => {
  const wrong = ['--lockstep', '--set', 'sysctl.latency_ns=48000000'];

  it('is 1 where a decision misses its target, and 0 where only others do than those asked for', async () => {
    expect((await cli('replay', SPIN9, '--lockstep')).code).toBe(0);
    expect((await cli('replay', SPIN9, ...wrong)).code).toBe(1);
    expect((await cli('replay', SPIN9, ...wrong, '--only', 'pick_next,wakeup_cpu')).code).toBe(0);
  });

  it.each([
    [['nothing', '--lockstep'], /^cfslab: nothing: expected a bundle or a capture directory/],
    [[SPIN9, SPIN9, '--lockstep'], /expected each recording once, found it twice/],
    [[SPIN9, '--lockstep', '--only', 'pick'], /--only: expected some of wakeup_cpu, .*found pick\n/],
    [[SPIN9, '--lockstep', '--explain', '-1'], /--explain: expected an integer/],
    [[SPIN9, '--lockstep', '--l1-only'], /--l1-only: expected no --lockstep/],
    [[SPIN9, '--l1-only', '--seeds', '3'], /--seeds: expected no --l1-only beside it/],
    [[SPIN9, '--l1-only', '--duration', '3'], /--duration: expected a free run beside it/],
    [[SPIN9, '--lockstep', '--duration', '3'], /--duration: expected a free run beside it/],
    [[SPIN9, '--explain', '3'], /--explain: expected --lockstep beside it/],
    [[SPIN9, '--only', 'pick_next'], /--only: expected --lockstep beside it/],
    [[SPIN9, '--lockstep', '--machine', 'flat4'], /expected one of 8 CPUs/],
    [[SPIN9, '--lockstep', '--set', 'sysctl.none=1'], /sysctl\.none/],
    [[join(FORMATS, 'zstd-6.18.perf-script.txt'), '--lockstep'], /machine: expected a machine here or with --machine/],
  ])('is 2 for %j', async (args, message) => {
    const { code, out, err } = await cli('replay', ...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
    expect(err.trimEnd()).not.toContain('\n');
  });
});

describe('the text', () => {
  const lines = ({ out }: Outcome): string[] => out.split('\n');

  it('has a table of decisions, one of features, and what was not decidable', async () => {
    const outcome = await cli('replay', SPIN9, '--lockstep');
    expect(outcome.out).toMatch(/^L1: 226 decisions, 226 decidable, 226 agree/);
    for (const name of DECISIONS) expect(outcome.out).toMatch(new RegExp(`^${name} +\\d+ +\\d+ `, 'm'));
    expect(outcome.out).toMatch(/^tick_resched +1050 +0 +0 % +1050 +100 % +99 % +reached$/m);
    expect(outcome.out).toMatch(/^fork_cpu +2 +16\.666 % +since when a CPU is idle/m);
    expect(outcome.out).toMatch(/^tick_ideal +1050 +1050 +0 +0$/m);
    expect(lines(outcome).filter((line) => line.length > MAX_WIDTH)).toEqual([]);
  });

  it('names a miss, and shows both sides of it', async () => {
    const { out } = await cli('replay', SPIN9, '--lockstep', '--set', 'sysctl.latency_ns=48000000', '--explain', '1');
    expect(out).toMatch(/^tick_resched .* MISSED$/m);
    expect(out).toMatch(/The first 1 of \d+ disagreements:\n\n1\. tick_resched at [\d.]+ ms on CPU \d: kernel \d, model \d\n {3}cause: unexplained\n {3}kernel: /);
    expect(out).toMatch(/\n {3}model: /);
  });

  it('shows what is asked for alone', async () => {
    const { out } = await cli('replay', SPIN9, '--lockstep', '--only', 'lb_stage,pick_next');
    expect(out).toMatch(/^lb_stage /m);
    expect(out).not.toMatch(/^(lb_moved|tick_ideal|fork_cpu) /m);
  });

  it('says of several what each shows, and all', async () => {
    const { out } = await cli('replay', SPIN9, DECISIONS_ONLY, '--lockstep');
    expect(out).toMatch(/^spin9\nL1: 226 /);
    expect(out).toMatch(/\ndecisions-only\nL1: \d+ /);
    expect(out).toMatch(/\nAll 2 recordings\nL1: \d+ /);
    expect(out).toMatch(/all 2 recordings but those that cannot be judged in full, which are decisions-only:/);
    expect(out.match(/^tick_resched +1050 /gm)).toHaveLength(2);
  });
});

describe('a recording that lacks what lockstep needs', () => {
  it('of a machine that is not instrumented: what is not recorded is not counted as right', async () => {
    const { code, out } = await cli('replay', join(FORMATS, 'zstd-6.18.perf-script.txt'), '--lockstep', '--machine', 'flat2');
    expect(code).toBe(0);
    expect(out).toMatch(/^wakeup_cpu .* not recorded$/m);
    expect(out).toMatch(/^pick_next +\d+ +\d+ +[\d.]+ % +\d+ +100 % +99 % +UNDECIDED: above 5 % not decidable$/m);
    expect(out).toMatch(/Not to be judged in full: the recording has no placements/);
    expect(out).toMatch(/Not recorded, and so neither right nor wrong: wakeup_cpu, fork_cpu/);
    expect(out).not.toMatch(/ reached$/m);
  });

  it('simulated: no more than its events tell', async () => {
    const document = await json<RecordingDocument>(SIMULATED, '--lockstep');
    expect(document.code).toBe(0);
    expect(document.lacks).toMatch(/no placements/);
    expect(document.lockstep.lb_nr_balance_failed.decidable).toBeGreaterThan(0);
    expect(document.lockstep.can_migrate_answer).toEqual({ count: document.l1.rows, decidable: 0, agree: 0 });
    expect(document.lockstep.lb_moved.decidable).toBe(0);
    expect(document.lockstep.pick_next.count).toBeGreaterThan(100);
    expect(document.l1.agree).toBe(document.l1.rows);
  });

  it('without switches: L1 alone, and that is said', async () => {
    const { out, code } = await cli('replay', DECISIONS_ONLY, '--lockstep');
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toContain('no switches: who runs where is not known. Its can_migrate_task() calls can be judged by L1 alone');
    expect(await json(DECISIONS_ONLY, SPIN9, '--lockstep')).toMatchObject({ leftOut: ['decisions-only'], code: 0 });
  });
});

describe('replay without lockstep', () => {
  it('takes several, too', async () => {
    const { out, code } = await cli('replay', SPIN9, RTAPP, '--l1-only');
    expect(code).toBe(0);
    expect(out).toMatch(/^spin9\nL1: 226 .*\n\nrtapp\nL1: 241 .*\n\nAll 2 recordings\nL1: 467 decisions, 467 decidable, 467 agree/);
    const document = await json<{ l1: object; recordings: object[] }>(SPIN9, RTAPP, '--l1-only');
    expect(document.l1).toMatchObject({ rows: 467, agree: 467 });
    expect(document.recordings).toMatchObject([{ name: 'spin9', l1: { rows: 226 } }, { name: 'rtapp', policy: 'stock' }]);
  });

  it('tells two of one name by their paths', async () => {
    const copy = join(DIR, 'copy', 'spin9');
    cpSync(SPIN9, copy, { recursive: true });
    cpSync(join(CAPTURES, 'kconfig'), join(DIR, 'copy', 'kconfig'));
    const { recordings } = await json<{ recordings: Array<{ name: string }> }>(SPIN9, copy, '--l1-only');
    expect(recordings.map(({ name }) => name)).toEqual([SPIN9, copy]);
    expect(basename(copy)).toBe('spin9');
  });
});
