/**
 * Tests the engines of sweeps against the real thing on loopback: Slurm (slurm-wlm, munge) and Redis (redis-server), started here with
 * configurations of their own. One sweep is done by threads, by a Slurm array of which a task is cancelled in the middle, and by two
 * workers at Redis of which one is killed: all must write the same bytes, with every run made once in the result. What is missing is
 * skipped by name.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { missing, startRedis, startSlurm } from './cluster/servers.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MAIN = join(ROOT, 'dist', 'src', 'cli', 'main.js');
const dir = mkdtempSync(join(tmpdir(), 'cfslab-cluster-'));
const stops = [];
let failures = 0;

writeFileSync(join(dir, 'threadpool.json'), JSON.stringify({
  name: 'threadpool', machine: 'pvt8c', workload: { generator: 'threadpool', params: { workers: 16, hogs: 0, idleUs: 400 } },
}));
const sweep = join(dir, 'sweep.json');
writeFileSync(sweep, JSON.stringify({
  name: 'cluster', scenarios: ['threadpool.json'], durationMs: 400, policy: 'early-migration',
  axes: [{ knob: 'policy.attempts', values: [0, 2, 100] }, { knob: 'sysctl.migration_cost_ns', values: [500_000, 5_000_000] }], seeds: { first: 5, most: 10 },
}));

try {
  const local = await cfslab('local', ['--jobs', '2']);
  check('threads', local.code === 0, local.err);
  await testSlurm();
  await testRedis();
} finally {
  for (const stop of stops.reverse()) stop();
  await pause(500);
  rmSync(dir, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function testSlurm() {
  const lacks = missing(['munged', 'slurmctld', 'slurmd', 'sbatch']);
  if (lacks.length > 0) return say(`skipped: slurm (${lacks.join(', ')} missing: packages slurm-wlm, munge)`);
  mkdirSync(join(dir, 'cluster'), { mode: 0o755 });
  const cluster = await startSlurm(join(dir, 'cluster'));
  stops.push(cluster.stop);
  const work = join(dir, 'work');
  mkdirSync(work);
  const done = cfslab('slurm', ['--engine', 'slurm', '--shards', '4', '--work', work], cluster.env);
  // As soon as a task has made a run, it is cancelled.
  const shard = await until(() => {
    for (const batch of readdirSync(work)) {
      const own = readdirSync(join(work, batch)).find((name) => name.startsWith('runs-'));
      if (own !== undefined && !existsSync(join(work, batch, `shard-${own.slice(5)}.parquet`))) return own.slice(5);
    }
    return null;
  });
  const job = spawnSync('squeue', ['-h', '-r', '-o', '%i'], { env: cluster.env, encoding: 'utf8' }).stdout.split('\n').find((id) => id.endsWith(`_${shard}`));
  const cancelled = job !== undefined && spawnSync('scancel', [job], { env: cluster.env }).status === 0;
  check(`slurm: task ${job ?? ''} was cancelled in the middle`, cancelled, 'it had ended');
  await same('slurm', await done);
  const empty = await cfslab('nothing', ['--engine', 'slurm', '--work', work], { ...process.env, PATH: dir });
  check('slurm: missing commands are one line and exit code 3', empty.code === 3 && /^cfslab: sbatch is missing[^\n]*\n$/.test(empty.err), empty.err);
}

async function testRedis() {
  const lacks = missing(['redis-server', 'redis-cli']);
  if (lacks.length > 0) return say(`skipped: redis (${lacks.join(', ')} missing: package redis-server)`);
  if (!existsSync(join(ROOT, 'node_modules', 'bullmq'))) return say('skipped: redis (the packages bullmq and ioredis are not installed)');
  mkdirSync(join(dir, 'redis'));
  const server = await startRedis(join(dir, 'redis'));
  stops.push(server.stop);
  const env = { ...process.env, CFSLAB_REDIS: server.url };
  const workers = [0, 1].map(() => spawn(process.execPath, [MAIN, 'worker', '--jobs', '1'], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  const printed = workers.map(collect);
  const done = cfslab('redis', ['--engine', 'redis'], env);
  await until(() => (runsIn('redis').size >= 5 ? true : null));
  workers[0].kill('SIGKILL');
  const swept = await done;
  check('redis: a worker was killed in the middle', workers[0].killed, '');
  await same('redis', swept);
  workers[1].kill('SIGINT');
  const last = await printed[1];
  check('redis: the other worker ends on Ctrl-C', last.code === 0 || last.code === 130, `${last.code} ${last.err}`);
  const texts = [swept.out, swept.err, last.out, last.err].join('');
  check('redis: the password is printed nowhere', !texts.includes(server.password), '');
  const wrong = await cfslab('nothing', ['--engine', 'redis', '--redis', 'redis://user:hunter2@127.0.0.1:1']);
  check('redis: one that cannot be reached is one line and exit code 3, without the password',
    wrong.code === 3 && /^cfslab: Redis at 127\.0\.0\.1:1 cannot be reached: ECONNREFUSED\n$/.test(wrong.err), wrong.err);
}

/** The same bytes as by threads, and every run once in the cache. */
async function same(name, { code, err }) {
  check(`${name}: ends well`, code === 0, err);
  for (const file of ['runs.parquet', 'results.json']) {
    const path = join(dir, `out-${name}`, file);
    const equal = existsSync(path) && readFileSync(path).equals(readFileSync(join(dir, 'out-local', file)));
    check(`${name}: ${file} has the same bytes as by threads`, equal, path);
  }
  const counts = [...runsIn(name).values()];
  check(`${name}: ${counts.length} runs, each once`, counts.length === runsIn('local').size && counts.every((count) => count === 1), '');
}

function runsIn(name) {
  const counts = new Map();
  const root = join(dir, `cache-${name}`, 'runs');
  if (!existsSync(root)) return counts;
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    for (const line of readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n').filter((text) => text.endsWith('}'))) {
      const run = `${entry.name} ${JSON.parse(line.slice(17)).seed}`;
      counts.set(run, (counts.get(run) ?? 0) + 1);
    }
  }
  return counts;
}

function cfslab(name, options, env = process.env) {
  const child = spawn(process.execPath, [MAIN, 'sweep', sweep, '--out', join(dir, `out-${name}`), ...options], {
    env: { ...env, CFSLAB_CACHE: join(dir, `cache-${name}`) }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  return collect(child);
}

function collect(child) {
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

async function until(ready) {
  for (let i = 0; i < 1200; i++) {
    const found = ready();
    if (found !== null) return found;
    await pause(50);
  }
  throw new Error('nothing happens');
}

function check(what, ok, why) {
  if (!ok) failures += 1;
  say(`${ok ? 'ok' : 'FAILED'}: ${what}${ok ? '' : ` (${why.trim()})`}`);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
