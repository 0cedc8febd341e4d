/**
 * Tests on a built cfslab what takes too long for `npm test`:
 *
 *  - a sweep killed with SIGKILL at 50 random moments (`--kills N`: at N) and taken up again each time ends with the table of one
 *    that nobody disturbed, and no run but those under way is made twice;
 *  - Ctrl-C ends one within a second;
 *  - a full disk is one line and exit code 3 (where a small file system can be mounted);
 *  - with `--speed`: 2,000 runs (`--runs N`: N, a multiple of 40) of 200 simulated ms of hackbench on 8 CPUs by one thread and by
 *    two, and what the sweep itself takes. Half an hour for 2,000.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MAIN = join(ROOT, 'dist', 'src', 'cli', 'main.js');
const KILLS = Number(process.argv[process.argv.indexOf('--kills') + 1]) || 50;
const RUNS = Number(process.argv[process.argv.indexOf('--runs') + 1]) || 2000;
const dir = mkdtempSync(join(tmpdir(), 'cfslab-test-sweep-'));
let failures = 0;

try {
  writeFileSync(join(dir, 'threadpool.json'), JSON.stringify({
    name: 'threadpool', machine: 'pvt8c', workload: { generator: 'threadpool', params: { workers: 16, hogs: 0, idleUs: 400 } },
  }));
  if (process.argv.includes('--speed')) await speed();
  else {
    await kills();
    await controlC();
    fullDisk();
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function sweepFile(name, more) {
  const path = join(dir, `${name}.json`);
  writeFileSync(path, JSON.stringify({
    name, scenarios: ['threadpool.json'], durationMs: 100, policy: 'early-migration',
    axes: [{ knob: 'policy.attempts', values: [0, 1, 2, 100] }, { knob: 'sysctl.migration_cost_ns', values: [500_000, 1_000_000, 5_000_000] }],
    seeds: { first: 10, most: 20 }, ...more,
  }));
  return path;
}

async function kills() {
  const file = sweepFile('kills', {});
  const calm = await cfslab(file, 'calm', null);
  check('undisturbed', calm.code === 0, calm.err);
  const runs = counts('calm').size;
  let killed = 0;
  for (let i = 0; i < KILLS; i++) {
    // A moment between the start of the process and some runs later; the last ones fall near the end of the sweep.
    const { signal } = await cfslab(file, 'killed', { signal: 'SIGKILL', afterRuns: Math.floor(((i + 1) * runs) / (KILLS + 1)), ms: (37 * (i + 1)) % 61 });
    if (signal === 'SIGKILL') killed += 1;
  }
  const last = await cfslab(file, 'killed', null);
  check(`killed at ${killed} moments, then ended`, last.code === 0 && killed === KILLS, last.err);
  for (const name of ['runs.parquet', 'results.json']) {
    check(`the same ${name}`, readFileSync(join(dir, 'out-killed', name)).equals(readFileSync(join(dir, 'out-calm', name))), '');
  }
  const kept = [...counts('killed').values()];
  check(`${kept.length} runs, each put away once`, kept.length === runs && kept.every((count) => count === 1), '');
}

async function controlC() {
  const file = sweepFile('long', { durationMs: 2000 });
  const { code, tookMs, out, err } = await cfslab(file, 'long', { signal: 'SIGINT', afterRuns: 1, ms: 50 });
  check(`Ctrl-C ends it after ${tookMs} ms with 130`, code === 130 && tookMs < 1000 && out === '' && err === '' && !existsSync(join(dir, 'out-long')), `${code} ${err}`);
}

function fullDisk() {
  const place = join(dir, 'full');
  mkdirSync(place);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', place]).status !== 0) {
    process.stdout.write('skipped: a full disk (mount is not allowed)\n');
    return;
  }
  try {
    const file = sweepFile('kills', {});
    const fill = (bytes) => spawnSync('sh', ['-c', `head -c ${bytes} /dev/zero > '${place}/filler'`]);
    fill(50_000);
    const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, 'sweep', file, '--out', join(dir, 'out-full')], { env: { ...process.env, CFSLAB_CACHE: place }, encoding: 'utf8' });
    check('a full cache is one line and exit code 3', status === 3 && stdout === '' && /^cfslab: [^\n]*(no space|ENOSPC)[^\n]*\n$/i.test(stderr) && !existsSync(join(dir, 'out-full')), `${status} ${stderr}`);
    for (const name of readdirSync(place)) rmSync(join(place, name), { recursive: true });
    fill(60_000);
    const out = spawnSync(process.execPath, [MAIN, 'sweep', file, '--out', join(place, 'out')], { env: { ...process.env, CFSLAB_CACHE: join(dir, 'cache-calm') }, encoding: 'utf8' });
    const left = readdirSync(place).filter((name) => name !== 'filler');
    check('a full place for the results too, and nothing is left there', out.status === 3 && /^cfslab: [^\n]+\n$/.test(out.stderr) && left.length === 0, `${out.status} ${out.stderr} ${left.join(' ')}`);
  } finally {
    spawnSync('umount', [place]);
  }
}

async function speed() {
  writeFileSync(join(dir, 'hackbench.json'), JSON.stringify({ name: 'hackbench', machine: 'i5-1035g1', workload: { generator: 'hackbench', params: { groups: 4, fds: 20, loops: 1000 } } }));
  const file = sweepFile('speed', {
    scenarios: ['hackbench.json'], durationMs: 200, axes: [{ knob: 'policy.attempts', integer: { from: 0, to: 38 } }],
    seeds: RUNS / 40, budget: { runs: RUNS },
  });
  const rates = [];
  for (const jobs of [1, 2]) {
    const started = Date.now();
    const child = spawnSync('/usr/bin/time', ['-v', process.execPath, MAIN, 'sweep', file, '--jobs', String(jobs), '--out', join(dir, `out-speed${jobs}`)], { env: { ...process.env, CFSLAB_CACHE: join(dir, `cache-speed${jobs}`) }, encoding: 'utf8' });
    const seconds = (Date.now() - started) / 1000;
    const runs = counts(`speed${jobs}`).size;
    const peak = Number(/Maximum resident set size \(kbytes\): (\d+)/.exec(child.stderr)?.[1] ?? 0) / 1024;
    const cpu = ['User', 'System'].reduce((sum, kind) => sum + Number(new RegExp(`${kind} time \\(seconds\\): ([\\d.]+)`).exec(child.stderr)?.[1] ?? 0), 0);
    const simulated = Number(/simulated for ([\d.]+) %/.exec(child.stdout)?.[1] ?? 0);
    rates.push(runs / seconds);
    process.stdout.write(`${jobs} threads: ${runs} runs in ${seconds.toFixed(1)} s, ${(runs / seconds).toFixed(1)}/s, CPU ${cpu.toFixed(1)} s\n`);
    check(`${runs} runs`, child.status === 0 && runs === RUNS, child.stderr.slice(0, 500));
    check(`${(100 - simulated).toFixed(1)} % of the threads' time is the sweep's own (at most 3)`, simulated >= 97, child.stdout.slice(-300));
    check(`peak memory ${peak.toFixed(0)} MiB (at most 1024)`, peak > 0 && peak < 1024, '');
  }
  const ratio = rates[1] / rates[0];
  check(`two threads make ${ratio.toFixed(2)} times the runs of one (at least 1.9)`, ratio >= 1.9, 'a quiet machine of two cores or more is needed');
}

/** Runs a sweep; with `kill`, a signal is sent some ms after so many runs are put away. */
function cfslab(file, name, kill) {
  const child = spawn(process.execPath, [MAIN, 'sweep', file, '--jobs', '2', '--out', join(dir, `out-${name}`)], {
    env: { ...process.env, CFSLAB_CACHE: join(dir, `cache-${name}`) }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err, sent] = ['', '', 0];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  const timer = kill === null ? null : setInterval(() => {
    if (counts(name).size < kill.afterRuns) return;
    clearInterval(timer);
    setTimeout(() => {
      sent = Date.now();
      child.kill(kill.signal);
    }, kill.ms);
  }, 20);
  return new Promise((resolve) => child.on('close', (code, signal) => {
    clearInterval(timer);
    resolve({ code, signal, out, err, tookMs: Date.now() - sent });
  }));
}

/** How often each run is in a cache. */
function counts(name) {
  const found = new Map();
  const root = join(dir, `cache-${name}`, 'runs');
  if (!existsSync(root)) return found;
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    for (const line of readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n').filter((text) => text.endsWith('}'))) {
      const run = `${entry.name} ${JSON.parse(line.slice(17)).seed}`;
      found.set(run, (found.get(run) ?? 0) + 1);
    }
  }
  return found;
}

function check(what, ok, why) {
  if (!ok) failures += 1;
  process.stdout.write(`${ok ? 'ok' : 'FAILED'}: ${what}${ok ? '' : ` (${String(why).trim()})`}\n`);
}
