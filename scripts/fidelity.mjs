/**
 * Puts tables into FIDELITY.md, between their markers, from a document of the command line: L3 from what
 * `cfslab calibrate … --json` printed, L1 and L2 from what `cfslab replay … --lockstep --json` did:
 *
 *     node scripts/fidelity.mjs document.json [FIDELITY.md]
 *
 * What fails is shown as failing. The reasons of what misses its target in lockstep stand in fidelity-reasons.json beside
 * this script; a reason for something that does not miss is refused. With `--check` it writes nothing and fails where the
 * tables are others.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, ROOT } from './formats-source.mjs';

const TITLES = {
  L1: 'L1: every recorded can_migrate_task() call',
  L2: 'L2: lockstep with the kernel',
  L3: 'L3: free runs beside the kernel',
};
const REASONS = join(ROOT, 'scripts', 'fidelity-reasons.json');
const start = (part) => `<!-- ${part}: written by scripts/fidelity.mjs -->`;
const end = (part) => `<!-- /${part} -->`;

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const reasonsOption = options.find((word) => word.startsWith('--reasons='));
if (words.length < 1 || words.length > 2 || options.some((word) => word !== '--check' && word !== reasonsOption)) {
  fail('usage: node scripts/fidelity.mjs document.json [FIDELITY.md] [--check] [--reasons=file.json]');
}
const [documentFile, target = join(ROOT, 'FIDELITY.md')] = words;
const reasonsFile = reasonsOption?.slice('--reasons='.length) ?? REASONS;

const document = json(documentFile);
const parts = await partsOf(document);
const before = existsSync(target) ? readFileSync(target, 'utf8') : '# Fidelity\n';
let after = before;
for (const [part, text] of Object.entries(parts)) after = put(after, part, text);
if (!options.includes('--check')) writeFileSync(target, after);
else if (after !== before) {
  fail(`${target} does not show what ${documentFile} says: run "node scripts/fidelity.mjs ${documentFile}"`);
}

async function partsOf(found) {
  if (Array.isArray(found.residuals)) {
    const { fidelitySection } = await load('calibration/markdown.ts');
    return { L3: fidelitySection(found) };
  }
  if (typeof found.lockstep === 'object' && typeof found.l1 === 'object') {
    const { l1Section, l2Section } = await load('lockstep/agreement/markdown.ts');
    try {
      return { L1: l1Section(found), L2: l2Section(found, json(reasonsFile), reasonsFile) };
    } catch (error) {
      return fail(error.message);
    }
  }
  return fail(`${documentFile}: expected what cfslab calibrate --json or cfslab replay --lockstep --json prints`);
}

/** The text with a part in its place: between its markers, or, where it has none yet, before those that come after it. */
function put(text, part, content) {
  const [from, to] = [text.indexOf(start(part)), text.indexOf(end(part))];
  const section = `${start(part)}\n\n${content}\n\n`;
  if (from >= 0 && to > from) return text.slice(0, from) + section + text.slice(to);
  if (from >= 0 || to >= 0) fail(`${target}: expected ${start(part)} and, after it, ${end(part)}`);
  const whole = `## ${TITLES[part]}\n\n${section}${end(part)}\n`;
  const names = Object.keys(TITLES);
  const next = names.slice(names.indexOf(part) + 1).find((name) => text.includes(`## ${TITLES[name]}\n`));
  if (next === undefined) return `${text.trimEnd()}\n\n${whole}`;
  const at = text.indexOf(`## ${TITLES[next]}\n`);
  return `${text.slice(0, at)}${whole}\n${text.slice(at)}`;
}

function json(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(`${file}: ${error.message}`);
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
