/**
 * The long tests, in a booted kernel: builds kernel and emulator where the cache has none, and runs test/kernel.
 *
 *     npm run test:kernel [-- --if-changed] [-- --minutes=75]
 *
 * With --if-changed, which is how CI calls it, nothing is done where all that it depends on is what it was at the last success. Debian
 * packages that are missing are installed through apt, after saying which; where that cannot be, the tests are skipped by name.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { load, ROOT } from './formats-source.mjs';

/** Everything that the tests' outcome hangs on. */
const INPUTS = [
  'kernel-validation', 'src/kernel-validation', 'src/libml', 'src/policies', 'src/bundle', 'src/workloads/generators', 'src/input', 'src/sim/records/records.ts',
  'calibration/models', 'test/kernel', 'scripts/test-kernel.mjs', 'vitest.kernel.config.ts', 'package-lock.json',
  ...readdirSync(join(ROOT, 'src', 'cli')).filter((name) => name.startsWith('kernel-')).map((name) => join('src', 'cli', name)),
];

const words = process.argv.slice(2);
const minutes = Number(words.find((word) => word.startsWith('--minutes='))?.slice('--minutes='.length) ?? 75);
if (words.some((word) => word !== '--if-changed' && !word.startsWith('--minutes=')) || !(minutes > 0)) {
  end('usage: npm run test:kernel [-- --if-changed] [-- --minutes=75]', 2);
}
const started = Date.now();

const { cacheRoot } = await load('kernel-validation/cache.ts');
const { findProgram, missingPackages } = await load('kernel-validation/tools.ts');
const { runProcess } = await load('kernel-validation/run-process.ts');
const { aptAccess, installPackages } = await load('kernel-validation/demo/apt.ts');
const { DEMO_TOOLS } = await load('kernel-validation/demo/tools.ts');
const { runCli } = await load('cli/run-cli.ts');

const stamp = join(cacheRoot(), 'test-kernel', inputsHash());
if (words.includes('--if-changed') && existsSync(stamp)) {
  end('test:kernel: nothing that it depends on has changed since it succeeded', 0);
}
await install();
process.stdout.write('test:kernel: building the kernel, unless the cache has it\n');
const io = { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text), terminal: false };
const built = await runCli(['kernel', 'build'], io);
if (built !== 0) end('test:kernel: the kernel cannot be built', built);
const code = await vitest();
if (code === 0) {
  mkdirSync(join(cacheRoot(), 'test-kernel'), { recursive: true });
  writeFileSync(stamp, '');
}
end(`test:kernel: ${code === 0 ? 'passed' : 'failed'} after ${Math.round((Date.now() - started) / 60_000)} minutes`, code);

/** Installs what is missing; where that cannot be, says which tests are skipped, and why. */
async function install() {
  const packages = missingPackages(DEMO_TOOLS);
  if (packages.length === 0) return;
  const system = { find: findProgram, uid: () => process.getuid(), run: runProcess };
  const access = await aptAccess(system);
  if (typeof access === 'string') skip(packages, access);
  process.stdout.write(`test:kernel: installing ${packages.length} Debian packages: ${packages.join(' ')}\n`);
  try {
    await installPackages(packages, access, system, { onLine: (line) => process.stdout.write(`  ${line}\n`) });
  } catch (error) {
    skip(packages, error.message);
  }
}

function skip(packages, why) {
  for (const name of readdirSync(join(ROOT, 'test', 'kernel')).filter((file) => file.endsWith('.kernel.ts'))) {
    process.stdout.write(`skipped: test/kernel/${name}: it needs the Debian packages ${packages.join(' ')}\n`);
  }
  end(`test:kernel: skipped, since ${why}`, 0);
}

/** Ends with us, and when the time is up. */
function vitest() {
  const left = minutes * 60_000 - (Date.now() - started);
  if (left <= 0) end('test:kernel: no time is left for the tests', 1);
  const args = [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', 'vitest.kernel.config.ts'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  const timer = setTimeout(() => {
    process.stderr.write(`test:kernel: not done after ${minutes} minutes\n`);
    child.kill('SIGTERM');
  }, left);
  return new Promise((resolve) => {
    child.on('exit', (status, signal) => {
      clearTimeout(timer);
      resolve(signal === null ? status : 1);
    });
  });
}

function inputsHash() {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap((path) => filesBelow(join(ROOT, path)))) {
    hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  let entries;
  try {
    entries = readdirSync(path, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort((a, b) => (a < b ? -1 : 1));
}

function end(text, status) {
  (status === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(status);
}
