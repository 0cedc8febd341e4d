/** Writes hashes.json anew. Called by scripts/golden.mjs. */
import { existsSync, writeFileSync } from 'node:fs';
import { CASES, firstDifference, type Golden, goldenRun, HASHES, readGolden } from './golden.js';

const before = existsSync(HASHES) ? readGolden() : {};
const lines: string[] = [];
for (const name of Object.keys(CASES)) {
  const found: Golden = goldenRun(name);
  const kept = before[name];
  const change = kept === undefined ? 'new' : firstDifference(kept, found);
  if (change !== null) process.stderr.write(`${name}: ${change}\n`);
  lines.push(`  ${JSON.stringify(name)}: ${JSON.stringify(found)}`);
}
writeFileSync(HASHES, `{\n${lines.join(',\n')}\n}\n`);
