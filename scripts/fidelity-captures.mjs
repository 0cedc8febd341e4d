/**
 * Replays every capture and bundle below some folders in lockstep, prints what all of them show together and which of them
 * miss a target, and puts the parts L1 and L2 into FIDELITY.md:
 *
 *     npm run fidelity -- FOLDER… [--document=FILE] [--dry]
 *
 * A folder is a recording, or has recordings in it. The document, as of `cfslab replay --lockstep --json`, goes to
 * out/lockstep.json or to FILE; with --dry FIDELITY.md is left as it is. Exit code 1 where a target is missed. This is no
 * part of `npm test`, for it takes a second or two for every hundred thousand events.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { load, ROOT } from './formats-source.mjs';

const folders = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const given = options.find((word) => word.startsWith('--document='));
if (folders.length === 0 || options.some((word) => word !== given && word !== '--dry')) {
  fail('usage: npm run fidelity -- FOLDER… [--document=FILE] [--dry]', 2);
}
const file = given?.slice('--document='.length) ?? join(ROOT, 'out', 'lockstep.json');

const recordings = folders.flatMap(recordingsIn);
if (recordings.length === 0) fail(`${folders.join(', ')}: expected captures or bundles, found none`, 2);

const { runCli } = await load('cli/run-cli.ts');
const { lockstepText } = await load('cli/lockstep-text.ts');
const { DECISIONS } = await load('lockstep/agreement/tally.ts');
const { markOf } = await load('lockstep/agreement/targets.ts');

let text = '';
const io = { out: (more) => (text += more), err: (more) => process.stderr.write(more), terminal: process.stderr.isTTY === true };
const code = await runCli(['replay', ...recordings, '--lockstep', '--json'], io);
if (code > 1) process.exit(code);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, text);

const document = JSON.parse(text);
const all = { decisions: document.lockstep, features: document.features, undecidable: document.undecidable };
process.stdout.write(`L1: ${document.l1.agree} of ${document.l1.decidable} calls agree\n`);
process.stdout.write(lockstepText(`Lockstep, ${recordings.length} recordings:`, all, null));
for (const recording of document.recordings ?? [document]) {
  const missed = DECISIONS.filter((name) => ['missed', 'undecided'].includes(markOf(name, recording.lockstep[name])));
  for (const name of missed) {
    const { count, decidable, agree } = recording.lockstep[name];
    process.stdout.write(`${recording.name}: ${name} ${agree} of ${decidable}, ${count - decidable} not decidable\n`);
  }
}
if (!options.includes('--dry')) {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'fidelity.mjs'), file], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
process.exitCode = code;

/** The folder itself where it is a recording, else those right below it, in order of name. */
function recordingsIn(folder) {
  if (isRecording(folder)) return [folder];
  if (!existsSync(folder)) fail(`${folder}: expected a folder, found none`, 2);
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  return below.filter(isRecording).sort((a, b) => (a < b ? -1 : 1));
}

function isRecording(folder) {
  return ['manifest.json', 'trace.txt.gz', 'trace.txt', 'trace.txt.zst'].some((name) => existsSync(join(folder, name)));
}

function fail(message, status) {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}
