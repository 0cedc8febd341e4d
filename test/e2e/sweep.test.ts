import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cfslab, MAIN, ROOT, workspace, type Outcome } from './cli.js';

const DIR = workspace();
const SWEEP = join(DIR, 'sweep.json');
writeFileSync(join(DIR, 'threadpool.json'), JSON.stringify({
  name: 'threadpool', machine: 'pvt8c', workload: { generator: 'threadpool', params: { workers: 16, hogs: 0, idleUs: 400 } },
}));
const SPEC = {
  name: 'small', scenarios: ['threadpool.json'], durationMs: 20, policy: 'early-migration',
  axes: [{ knob: 'policy.attempts', values: [0, 2, 100] }, { knob: 'sysctl.migration_cost_ns', values: [500_000, 5_000_000] }], seeds: 3,
};
writeFileSync(SWEEP, JSON.stringify(SPEC));
const RUNS = 21;

/** A cache of its own, so that nothing is there. */
function cache(name: string): NodeJS.ProcessEnv {
  return { ...process.env, CFSLAB_CACHE: join(DIR, name) };
}

function sweep(name: string, ...more: string[]): Outcome {
  return cfslab(['sweep', SWEEP, '--out', join(DIR, `out-${name}`), ...more], { env: cache(name) });
}

function tables(name: string): string[] {
  const out = join(DIR, `out-${name}`);
  expect(readdirSync(out).sort((a, b) => (a < b ? -1 : 1))).toEqual(['results.json', 'runs.parquet']);
  return ['runs.parquet', 'results.json'].map((file) => readFileSync(join(out, file)).toString('base64'));
}

/** Runs that the cache holds, and how often each was put there. */
function stored(name: string): Map<string, number> {
  const counts = new Map<string, number>();
  const root = join(DIR, name, 'runs');
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    // The last line may be on its way.
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((one) => one.endsWith('}'))) {
      const run = `${entry.name} ${(JSON.parse(line.slice(17)) as { seed: number }).seed}`;
      counts.set(run, (counts.get(run) ?? 0) + 1);
    }
  }
  return counts;
}

/** Starts a sweep and sends it a signal when so many runs are put away. */
async function stopped(name: string, signal: NodeJS.Signals, runs: number): Promise<{ readonly code: number | null; readonly err: string }> {
  const child = spawn(process.execPath, [MAIN, 'sweep', SWEEP, '--jobs', '2', '--out', join(DIR, `out-${name}`)], { cwd: ROOT, env: cache(name), stdio: ['ignore', 'ignore', 'pipe'] });
  let [sent, err] = [false, ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const timer = setInterval(() => {
    if (sent || !existsSync(join(DIR, name, 'runs')) || stored(name).size < runs) return;
    sent = true;
    child.kill(signal);
  }, 10);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  return { code, err };
}

describe('cfslab sweep', () => {
  it('writes the same bytes with one thread and with two, quietly', () => {
    const one = sweep('one', '--jobs', '1');
    const two = sweep('two', '--jobs', '2', '--memory', '1024');
    expect([one.code, one.err, two.code, two.err]).toEqual([0, '', 0, '']);
    expect(tables('two')).toEqual(tables('one'));
    expect(two.out).toContain(`${RUNS} runs, 0 of them from the cache; 2 threads simulated for `);
    for (const line of one.out.split('\n')) expect([...line].length).toBeLessThanOrEqual(120);
    expect(stored('one').size).toBe(RUNS);
    expect(Math.max(...stored('one').values())).toBe(1);
  });

  it('killed at some moments and taken up again ends the same, and no run is put away twice', async () => {
    for (const runs of [2, 13]) expect((await stopped('killed', 'SIGKILL', runs)).code).toBe(null);
    expect(stored('killed').size).toBeGreaterThanOrEqual(13);
    expect(sweep('killed', '--jobs', '2').code).toBe(0);
    expect(tables('killed')).toEqual(tables('one'));
    expect(stored('killed').size).toBe(RUNS);
    expect(Math.max(...stored('killed').values())).toBe(1);
    expect(readdirSync(DIR).filter((name) => name.includes('cfslab-tmp'))).toEqual([]);
  });

  it('ends on Ctrl-C, with 130 and nothing written but its finished runs', async () => {
    writeFileSync(SWEEP, JSON.stringify({ ...SPEC, durationMs: 1000 }));
    const { code, err } = await stopped('interrupted', 'SIGINT', 1);
    writeFileSync(SWEEP, JSON.stringify(SPEC));
    expect(code).toBe(130);
    expect(err).toBe('');
    expect(readdirSync(DIR)).not.toContain('out-interrupted');
  });
});
