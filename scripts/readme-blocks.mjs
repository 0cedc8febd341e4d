/**
 * The console blocks of README.md. Each shows one command and what it printed; a comment above says which lines are shown,
 * and that a block is not to be run by a program:
 *
 *     <!-- shown: 1-9, 14 -->       lines 1 to 9 and 14 of the output, an ellipsis where lines are left out
 *     <!-- shown: by hand -->       put in by whoever ran it
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MAIN = join('dist', 'src', 'cli', 'main.js');
const BLOCK = /(?:<!-- shown: ([^\n]*?) -->\n)?```console\n\$ ([^\n]*)\n([\s\S]*?)```/g;
/** What differs from run to run. */
const VOLATILE = [
  [/in [\d.]+ (ns|µs|ms|s) of wall time/g, 'in … of wall time'],
  [/at most [\d.]+ [KMG]iB of memory/g, 'at most … of memory'],
];

/** Every block: the text it stands in, what is shown (null: all), its command and its output. */
export function blocksOf(readme) {
  return [...readme.matchAll(BLOCK)].map(([text, shown, command, output]) => ({ text, shown: shown ?? null, command, output }));
}

/** The block with the output that its command gives now. @throws Error where the command is not one to run, or fails */
export function refreshed(block) {
  if (block.shown === 'by hand') return block.text;
  const { command } = block;
  const { status, stdout, stderr } = spawnSync(process.execPath, argumentsOf(command), { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  const output = select(lines, block.shown).join('\n');
  const comment = block.shown === null ? '' : `<!-- shown: ${block.shown} -->\n`;
  return `${comment}\`\`\`console\n$ ${command}\n${output}\n\`\`\``;
}

/** The text without what differs from run to run. */
export function settled(text) {
  return VOLATILE.reduce((changed, [pattern, instead]) => changed.replace(pattern, instead), text);
}

/** Arguments for node of a command of the README. */
export function argumentsOf(command) {
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  const [program, second, ...rest] = words;
  if (program === 'npx' && second === 'cfslab') return [MAIN, ...rest];
  if (program === 'node') return [second, ...rest];
  if (command === 'npm start') return [MAIN, 'compare', '--demo'];
  throw new Error(`README.md: expected npx cfslab, node or npm start, found ${command}`);
}

function select(lines, shown) {
  if (shown === null) return lines;
  const out = [];
  let last = 0;
  for (const range of shown.split(',')) {
    const [from, to] = range.trim().split('-').map(Number);
    if (from > last + 1) out.push('…');
    out.push(...lines.slice(from - 1, to ?? from));
    last = to ?? from;
  }
  if (last < lines.length) out.push('…');
  return out;
}
