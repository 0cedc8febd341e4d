import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/experiment/compare.js';
import { METRIC_NAMES } from '../../src/sim/records/metrics.js';
import { cfslab, interrupted, MAIN, ROOT, workspace } from './cli.js';
import { spawnSync } from 'node:child_process';

const DIR = workspace();
const SPINNERS = ['spinners', '--machine', 'pvt8c', '--param', 'tasks=9', '--duration', '0.3'];

function json(args: readonly string[]): unknown {
  const { code, out, err } = cfslab([...args, '--json']);
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out);
}

describe('run', () => {
  it('prints the promised document, the same hash for the same seed, another for another', () => {
    const first = json(['run', ...SPINNERS, '--seed', '7']) as Record<string, unknown>;
    expect(first).toMatchObject({ policy: 'stock', workload: 'spinners', seed: 7, simulatedNs: 300e6 });
    expect(first['streamHash']).toMatch(/^[0-9a-f]{16}$/);
    for (const name of ['events', 'wallNs', 'peakRssBytes']) expect(first[name]).toBeGreaterThan(0);
    expect(Object.keys(first['metrics'] as object)).toEqual([...METRIC_NAMES]);
    expect(json(['run', ...SPINNERS, '--seed', '7'])).toMatchObject(
      { streamHash: first['streamHash'], metrics: first['metrics'] },
    );
    expect(json(['run', ...SPINNERS, '--seed', '8'])).not.toMatchObject({ streamHash: first['streamHash'] });
  });

  it('is changed by --set and --param', () => {
    const hash = (more: readonly string[]): unknown => {
      const { streamHash } = json(['run', ...SPINNERS, ...more]) as { streamHash: string };
      return streamHash;
    };
    const plain = hash([]);
    expect(hash(['--set', 'hz=1000'])).not.toBe(plain);
    expect(hash(['--param', 'tasks=10'])).not.toBe(plain);
    expect(hash(['--set', 'hz=250'])).toBe(plain);
  });

  it('writes a bundle that can be inspected, replayed and run again', () => {
    const bundle = join(DIR, 'bundle');
    const run = json(['run', ...SPINNERS, '--out', bundle]) as { metrics: Record<string, number> };
    const seen = json(['inspect', bundle]) as { rows: { decisions: number } };
    expect(seen).toMatchObject({ source: 'sim', policy: 'stock', rows: { decisions: run.metrics['can_migrate_calls'] } });
    const { l1 } = json(['replay', bundle]) as { l1: { rows: number; decidable: number; agree: number } };
    expect(l1).toEqual(
      { rows: seen.rows.decisions, decidable: seen.rows.decisions, agree: seen.rows.decisions, disagreements: [] },
    );
    expect(json(['run', bundle])).toMatchObject({ workload: 'bundle' });
  });

  it('takes an rt-app file', () => {
    const file = join(DIR, 'rt.json');
    writeFileSync(
      file,
      JSON.stringify({ global: { duration: 1 }, tasks: { t: { instance: 3, loop: 5, run: 1000, sleep: 1000 } } }),
    );
    expect(json(['run', file, '--machine', 'flat4'])).toMatchObject({ workload: 'rt', finished: true });
  });
});

describe('replay', () => {
  it('exits with 1 where a policy did not answer as the stock kernel', () => {
    const bundle = join(DIR, 'always');
    json(['run', join(ROOT, 'examples', 'threadpool.json'), '--duration', '0.1', '--policy', 'always', '--out', bundle]);
    const { code, out } = cfslab(['replay', bundle]);
    expect(code).toBe(1);
    expect(out).toMatch(/^L1: \d+ decisions/);
  });
});

describe('compare', () => {
  const args = [
    'compare',
    'examples/threadpool.json',
    'examples/nine-on-eight.json',
    '--duration',
    '0.1',
    '--seeds',
    '3',
    '--policies',
    'stock,always,never',
  ];

  it('gives the same document whatever the number of threads', () => {
    const texts = ['0', '1', '3'].map((jobs) => cfslab([...args, '--json', '--jobs', jobs]));
    for (const { code, out } of texts) {
      expect(code).toBe(0);
      expect(out).toBe(texts[0]!.out);
    }
    const { results, paired, baseline } = JSON.parse(texts[0]!.out) as Comparison;
    expect(baseline).toBe('stock');
    expect(results.map(({ policy, workload, seed }) => `${policy}/${workload}/${seed}`)).toEqual(
      ['stock', 'always', 'never'].flatMap(
        (p) => ['threadpool', 'nine-on-eight'].flatMap((w) => [1, 2, 3].map((s) => `${p}/${w}/${s}`)),
      ),
    );
    for (const { verdict, mean, lo, hi } of paired) {
      expect(['better', 'worse', 'same', 'undecided']).toContain(verdict);
      expect(lo).toBeLessThanOrEqual(mean);
      expect(hi).toBeGreaterThanOrEqual(mean);
    }
    expect(
      paired.some(
        ({ policy, metric, verdict }) => policy === 'always' && metric === 'forced_migrations' && verdict === 'worse',
      ),
    ).toBe(true);
  });

  it('compares a policy with itself under another name as the same', () => {
    const { paired } = json(
      ['compare', ...SPINNERS, '--policies', 'stock,early-migration:attempts=100,costNs=0', '--seeds', '2'],
    ) as Comparison;
    expect(paired.length).toBeGreaterThan(5);
    expect(paired.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
  });

  it('decides nothing with one seed', () => {
    const { paired } = json(['compare', ...SPINNERS, '--policies', 'stock,always', '--seeds', '1']) as Comparison;
    expect(paired.every(({ verdict }) => verdict === 'same' || verdict === 'undecided')).toBe(true);
  });

  it('prints tables that fit the page', () => {
    const { code, out } = cfslab([...args, '--all-metrics']);
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect([...line].length).toBeLessThanOrEqual(120);
    expect(out).toContain('against stock:');
    expect(out).toContain('not calibrated');
  });

  it('writes a bundle for each run and the results, whole', () => {
    const out = join(DIR, 'compared');
    const printed = cfslab([...args, '--json', '--out', out]).out;
    expect(readFileSync(join(out, 'results.json'), 'utf8')).toBe(printed);
    for (const policy of ['stock', 'always', 'never']) {
      for (const workload of ['threadpool', 'nine-on-eight']) {
        const runs = readdirSync(join(out, policy, workload));
        expect(runs.sort((a, b) => (a < b ? -1 : 1))).toEqual(['seed-1', 'seed-2', 'seed-3']);
      }
    }
    const { rows } = json(['inspect', join(out, 'always', 'threadpool', 'seed-2')]) as { rows: { decisions: number } };
    const run = (JSON.parse(printed) as Comparison).results.find(
      ({ policy, workload, seed }) => policy === 'always' && workload === 'threadpool' && seed === 2,
    )!;
    expect(rows.decisions).toBe(run.metrics.can_migrate_calls);
    expect(readdirSync(DIR).filter((name) => name.includes('cfslab-tmp'))).toEqual([]);
  });

  it('--demo compares the shipped capture and writes its results', () => {
    const cwd = join(DIR, 'demo');
    mkdirSync(cwd);
    const { code, out } = cfslab(['compare', '--demo', '--seeds', '2'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('The workload is replayed from a recording');
    const { results } = JSON.parse(readFileSync(join(cwd, 'out', 'demo', 'results.json'), 'utf8')) as Comparison;
    expect(results).toHaveLength(12);
    expect(results.find(({ policy }) => policy === 'never')!.metrics.forced_migrations).toBe(0);
    expect(results.find(({ policy }) => policy === 'stock')!.metrics.forced_migrations).toBeGreaterThan(0);
  });
});

describe('Ctrl-C', () => {
  it('ends at once, with 130, and leaves nothing behind', async () => {
    const out = join(DIR, 'never-there');
    const long = ['compare', 'examples/hackbench-64.json', '--param', 'loops=10000', '--seeds', '20', '--out', out];
    const { code, err, out: printed, tookMs } = await interrupted(long, 2500);
    expect(code).toBe(130);
    expect(tookMs).toBeLessThan(1500);
    expect(printed).toBe('');
    expect(err).not.toMatch(/\n\s+at /);
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(DIR).filter((name) => name.includes('never-there'))).toEqual([]);
  });
});

describe('the rest', () => {
  it('lists policies, workloads and machines', () => {
    expect(cfslab(['policies']).out).toMatch(/^stock: /);
    expect(cfslab(['workloads']).out).toMatch(/^hackbench: /m);
    expect(cfslab(['machines']).out).toMatch(/^i5-1035g1: /m);
    expect(JSON.stringify(json(['machines']))).toMatch(/"name":"i5-1035g1","summary":"[^"]* 8 CPUs, HZ 250, not calibrated/);
    expect(json(['policies'])).toMatchObject({ policies: [{ name: 'stock' }, ...Array<object>(7).fill({})] });
    expect(cfslab(['policies']).out).toContain('model=early (early, forced, imitate or a file): the model that decides');
  });

  it('ingests a capture', () => {
    const capture = join(ROOT, 'calibration', 'captures', 'spin9');
    const bundle = join(DIR, 'spin9');
    expect(json(['ingest', capture, '--out', bundle])).toMatchObject({ lost: 0 });
    expect(statSync(join(bundle, 'decisions.parquet')).size).toBeGreaterThan(100);
    const { l1 } = json(['replay', bundle]) as { l1: { rows: number; decidable: number; agree: number } };
    expect(l1.agree).toBe(l1.decidable);
    expect(l1.rows).toBeGreaterThan(100);
  });

  it('shows help and version on standard output', () => {
    for (const args of [['--help'], ['run', '--help'], ['help', 'compare'], ['--version']]) {
      const { code, out, err } = cfslab(args);
      expect([code, err]).toEqual([0, '']);
      expect(out.length).toBeGreaterThan(4);
    }
  });

  it('is quiet where the reader goes away', () => {
    const { stderr, stdout } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${MAIN}" workloads | head -n 1`],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toHaveLength(2);
  });

  it.runIf(existsSync('/dev/full'))('says in one line that the disk is full, and exits with 3', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(
      process.execPath,
      [MAIN, 'workloads'],
      { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' },
    );
    closeSync(full);
    expect(stderr).toMatch(/^cfslab: standard output: ENOSPC[^\n]*\n$/);
    expect(status).toBe(3);
  });

  it('refuses a place for a bundle that cannot be, before it runs', () => {
    const { code, err } = cfslab(['run', ...SPINNERS, '--duration', '10000', '--out', join(DIR, 'no', 'bundle')]);
    expect(err).toMatch(/^cfslab: --out: expected a place in a directory that exists, found [^\n]+\n$/);
    expect(code).toBe(2);
  });
});

describe('replay', () => {
  const CAPTURE = join(ROOT, 'calibration', 'captures', 'rtapp');

  it('lays a free run beside the recording', () => {
    const { l1, freeRun } = json(['replay', CAPTURE, '--seeds', '2']) as {
      l1: { rows: number; agree: number };
      freeRun: { machine: string; seeds: number; rows: Array<Record<string, number>> };
    };
    expect(l1.agree).toBe(l1.rows);
    expect(freeRun).toMatchObject({ machine: 'pvt8', seeds: 2 });
    const calls = freeRun.rows.find((row) => (row['metric'] as unknown) === 'can_migrate_calls')!;
    expect(calls['kernel']).toBe(241);
    expect(calls['least']).toBeLessThanOrEqual(calls['mean']!);
    expect(calls['mean']).toBeLessThanOrEqual(calls['most']!);
    expect(calls['relErr']).toBeCloseTo((calls['mean']! - 241) / 241, 12);
  });

  it('leaves it out where it is not wanted, and prints it as text', () => {
    expect(json(['replay', CAPTURE, '--l1-only'])).toMatchObject({ freeRun: null });
    const { out, code } = cfslab(['replay', CAPTURE, '--seeds', '1']);
    expect(code).toBe(0);
    expect(out).toMatch(/^L1: 241 decisions, 241 decidable, 241 agree, 0 differ: 100\.0000 % agree\n/);
    expect(out).toMatch(/Free run on pvt8, stock policy, 1 seeds:\n/);
  });
});
