/**
 * Puts the L3 table into FIDELITY.md, between its markers, from the document that `cfslab calibrate … --json` printed:
 *
 *     node scripts/fidelity.mjs document.json [FIDELITY.md]
 *
 * What fails is shown as failing. With `--check` it writes nothing and fails where the table is another one.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, ROOT } from './formats-source.mjs';

const START = '<!-- L3: written by scripts/fidelity.mjs -->';
const END = '<!-- /L3 -->';
const EMPTY = `# Fidelity\n\n## L3: free runs beside the kernel\n\n${START}\n${END}\n`;

const words = process.argv.slice(2).filter((word) => word !== '--check');
if (words.length < 1 || words.length > 2) fail('usage: node scripts/fidelity.mjs document.json [FIDELITY.md] [--check]');
const [documentFile, target = join(ROOT, 'FIDELITY.md')] = words;
const { fidelitySection } = await load('calibration/markdown.ts');

const before = existsSync(target) ? readFileSync(target, 'utf8') : EMPTY;
const [from, to] = [before.indexOf(START), before.indexOf(END)];
if (from < 0 || to < from) fail(`${target}: expected ${START} and, after it, ${END}`);
const after = `${before.slice(0, from)}${START}\n\n${fidelitySection(read(documentFile))}\n\n${before.slice(to)}`;
if (!process.argv.includes('--check')) writeFileSync(target, after);
else if (after !== before) {
  fail(`${target} does not show what ${documentFile} says: run "node scripts/fidelity.mjs ${documentFile}"`);
}

function read(file) {
  try {
    const document = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(document.residuals)) return document;
  } catch (error) {
    fail(`${file}: ${error.message}`);
  }
  return fail(`${file}: expected what cfslab calibrate --json prints`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
