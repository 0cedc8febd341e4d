/**
 * Makes a fresh clone ready, and does nothing where it is: installs what the lock file says, and builds. Called before
 * `npm start` and `npm test`. Quiet unless something fails; with --say it names, on standard error, what takes a minute.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) fail(`cfslab needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}.`);

install();
build();

/** Installs where what is installed is not what the lock file says. */
function install() {
  const modules = join(root, 'node_modules');
  if (isInstalled(join(modules, '.package-lock.json'))) return;
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    // npm would empty what it points to, which belongs to another tree.
    fail('node_modules is a link to modules other than package-lock.json asks for; remove it, or run "npm ci" where it points.');
  }
  const npm = process.env.npm_execpath;
  // The development packages are needed for the build, whatever NODE_ENV says.
  say('Installing what package-lock.json names (npm ci).');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  if (npm !== undefined && /npm-cli\.[cm]?js$/.test(npm)) run('npm ci', process.execPath, [npm, ...args]);
  else run('npm ci', process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
}

/** Times of files say nothing after a copy or a checkout; versions do. Packages for other systems may be missing. */
function isInstalled(record) {
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages);
  return wanted.every(([path, { version, optional }]) => {
    if (path === '' || (optional === true && installed[path] === undefined)) return true;
    return installed[path]?.version === version && existsSync(join(root, path));
  });
}

/** Builds where the sources are not those that the last build was made of. */
function build() {
  const dist = join(root, 'dist');
  const stamp = join(dist, '.sources');
  const sources = filesBelow(join(root, 'src')).filter((file) => file.endsWith('.ts'));
  const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name));
  const hash = hashOf([...sources, ...settings]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  say('Building cfslab (tsc).');
  rmSync(stamp, { force: true });
  removeOrphans(dist, new Set(sources.map((file) => relative(root, file).replace(/\.ts$/, ''))));
  run('the build', process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
  mkdirSync(dist, { recursive: true });
  writeFileSync(stamp, hash);
}

/** What was built of sources that are gone: the compiler leaves it, and imports would go on finding it. */
function removeOrphans(dist, sources) {
  if (!existsSync(join(dist, 'src'))) return;
  for (const file of filesBelow(join(dist, 'src'))) {
    if (!sources.has(relative(dist, file).replace(/\.js(\.map)?$/, ''))) rmSync(file);
  }
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function run(what, command, args) {
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 };
  const result = spawnSync(command, args, options);
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  fail(`${what} failed${result.error === undefined ? '' : `: ${result.error.message}`}.`);
}

function say(message) {
  if (process.argv.includes('--say')) process.stderr.write(`${message}\n`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
