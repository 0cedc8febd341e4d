// Makes a smaller capture of a large one: `node scripts/cut-capture.mjs FROM TO [SECONDS]`. Keeps the events of the first
// SECONDS after the first event (all of them where that is not given) and the small files, and says so in the manifest.
// The same input makes the same bytes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';

/** Files that nothing reads. */
const LEFT_OUT = ['cpuinfo', 'dmesg'];
/** Files about the whole run that a cut makes wrong. The counters of schedstat are kept: the manifest warns of them. */
const LEFT_OUT_OF_CUTS = ['stats.json'];
const GZIP_OS_BYTE = 9;
const GZIP_OS_UNIX = 3;

const [from, to, secondsText] = process.argv.slice(2);
const seconds = secondsText === undefined ? null : Number(secondsText);
if (from === undefined || to === undefined || (seconds !== null && !(seconds > 0))) {
  fail('usage: node scripts/cut-capture.mjs FROM TO [SECONDS]');
}
if (!existsSync(join(from, 'trace.txt.gz'))) fail(`${from}: expected a trace.txt.gz in it, found none`);
if (existsSync(to) && readdirSync(to).length > 0) fail(`${to}: expected nothing or an empty directory`);

mkdirSync(to, { recursive: true });
const leftOut = new Set(['trace.txt.gz', 'manifest', ...LEFT_OUT, ...(seconds === null ? [] : LEFT_OUT_OF_CUTS)]);
for (const name of readdirSync(from)) if (!leftOut.has(name)) copyFile(name);
if (seconds === null) {
  copyFile('manifest');
  copyFile('trace.txt.gz');
} else {
  const whole = gunzipSync(readFileSync(join(from, 'trace.txt.gz')));
  const cut = cutTrace(whole.toString('latin1'), BigInt(Math.round(seconds * 1e9)));
  const bytes = Buffer.from(cut.text, 'latin1');
  const packed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  packed[GZIP_OS_BYTE] = GZIP_OS_UNIX;
  writeFileSync(join(to, 'trace.txt.gz'), packed);
  const note = `cut: the first ${seconds} s, ${cut.kept} of ${cut.events} events; md5 of the whole trace.txt: ${md5(whole)}`;
  const manifest = readFileSync(join(from, 'manifest'), 'utf8');
  writeFileSync(join(to, 'manifest'), manifest.replace(/^trace\.txt md5: .*$/m, `${note}\ntrace.txt md5: ${md5(bytes)}`));
}

/** Captures are read-only; what is copied should not be. */
function copyFile(name) {
  const contents = readFileSync(join(from, name));
  writeFileSync(join(to, name), contents);
}

/** The header and the lines up to a time; their number is put right in the header. */
function cutTrace(text, nanoseconds) {
  const header = [];
  const kept = [];
  let events = 0;
  let last = null;
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) {
      header.push(line);
      continue;
    }
    const stamp = /\[\d+\] \S+ +(\d+): \w+:/.exec(line);
    if (stamp === null) continue;
    events += 1;
    last ??= BigInt(stamp[1]) + nanoseconds;
    if (BigInt(stamp[1]) <= last) kept.push(line);
  }
  const counted = /(entries-in-buffer\/entries-written: )\d+\/\d+/;
  const corrected = header.map((line) => line.replace(counted, `$1${kept.length}/${kept.length}`));
  return { text: [...corrected, ...kept, ''].join('\n'), kept: kept.length, events };
}

function md5(bytes) {
  return createHash('md5').update(bytes).digest('hex');
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
