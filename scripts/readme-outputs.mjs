/**
 * Puts into README.md what its commands print now, on the build that is there. With `--check` it writes nothing and fails
 * where they print something else (but for wall times and memory).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, refreshed, ROOT, settled } from './readme-blocks.mjs';

const file = join(ROOT, 'README.md');
const before = readFileSync(file, 'utf8');
let after = before;
const stale = [];
for (const block of blocksOf(before)) {
  const now = refreshed(block);
  if (settled(now) !== settled(block.text)) stale.push(block.command);
  after = after.replace(block.text, () => now);
}
if (!process.argv.includes('--check')) {
  writeFileSync(file, after);
} else if (stale.length > 0) {
  process.stderr.write(`README.md shows other output than these give now: ${stale.join('; ')}\nrun "node scripts/readme-outputs.mjs"\n`);
  process.exitCode = 1;
}
