/**
 * Makes what the repository ships of its example of a sweep:
 *
 *     npm run build && node scripts/shipped-sweep.mjs [--answer]
 *
 * runs examples/sweeps/early-migration.json (some minutes; runs that the cache has are not made again), writes its report and its
 * results to docs/sweeps/, and puts the answer into README.md. With `--answer` the results that are there are taken.
 * The picture is made by `npm run pictures -- docs/sweeps/early-migration.json`.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './readme-blocks.mjs';
import { withAnswer } from './sweep-answer.mjs';

const SWEEP = 'examples/sweeps/early-migration.json';
const RESULTS = join(ROOT, 'docs/sweeps/early-migration.json');
const REPORT = join(ROOT, 'docs/sweeps/early-migration.html');

if (!process.argv.includes('--answer')) run();
const readme = join(ROOT, 'README.md');
writeFileSync(readme, withAnswer(readFileSync(readme, 'utf8'), JSON.parse(readFileSync(RESULTS, 'utf8'))));

function run() {
  const scratch = mkdtempSync(join(tmpdir(), 'cfslab-shipped-sweep-'));
  try {
    const html = join(scratch, 'report.html');
    const args = ['dist/src/cli/main.js', 'sweep', SWEEP, '--out', join(scratch, 'sweep'), '--html', html];
    const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
    if (status !== 0) throw new Error(`cfslab sweep ended with ${status}`);
    mkdirSync(join(ROOT, 'docs/sweeps'), { recursive: true });
    copyFileSync(join(scratch, 'sweep', 'results.json'), RESULTS);
    copyFileSync(html, REPORT);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
