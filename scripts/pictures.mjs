/**
 * Takes the pictures of reports that the documentation shows, docs/pictures/*.png, in Chromium (CHROME_PATH, or where
 * distributions put it):
 *
 *     npm run pictures [-- SWEEP_RESULTS]
 *
 * timeline.png is of two policies on a shipped recording, where they part; sweep.png of the results.json of a sweep, where one is
 * given. The runs are the same each time, the pixels as far as Chromium and its fonts are.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { load, ROOT } from './formats-source.mjs';

const CAPTURE = join(ROOT, 'calibration/captures/threadpool-c8-mc5');
const POLICIES = ['stock', 'early-migration'];
const FOLDER = join(ROOT, 'docs', 'pictures');
/** Pictures are read in a browser over a network. */
const MOST_BYTES = 300_000;

const executablePath = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));
if (executablePath === undefined) fail('no Chromium found: install the package chromium or set CHROME_PATH', 3);
const [results, ...more] = process.argv.slice(2);
if (more.length > 0) fail('usage: npm run pictures [-- SWEEP_RESULTS]', 2);

const { runCli } = await load('cli/run-cli.ts');
const { sweepReport } = await load('report/sweep.ts');
const scratch = mkdtempSync(join(tmpdir(), 'cfslab-pictures-'));
const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
try {
  mkdirSync(FOLDER, { recursive: true });
  await timeline();
  if (results !== undefined) await sweep(JSON.parse(readFileSync(results, 'utf8')));
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}

async function timeline() {
  for (const policy of POLICIES) await run(['run', CAPTURE, '--policy', policy, '--out', join(scratch, policy)]);
  const file = join(scratch, 'timeline.html');
  await run(['report', ...POLICIES.map((policy) => join(scratch, policy)), '--out', file]);
  const page = await opened(file, 1240, 1000);
  await page.waitForSelector('#timeline-place[data-drawn]');
  await page.locator('.timeline-runs canvas').first().focus();
  await page.keyboard.press('d');
  for (let i = 0; i < 9; i += 1) await page.keyboard.press('+');
  await page.waitForTimeout(300);
  await page.locator('.timeline-runs canvas').first().evaluate((canvas) => canvas.blur());
  const place = await page.locator('#timeline-place').boundingBox();
  await page.evaluate('window.scrollTo({ top: document.querySelector("#timeline-place").offsetTop - 12, behavior: "instant" })');
  await page.waitForTimeout(300);
  await picture(page, 'timeline.png', { x: place.x - 12, y: 0, width: place.width + 24, height: 940 });
}

/** The answer, the effects of the axes, and the first pairs. */
async function sweep(document) {
  const file = join(scratch, 'sweep.html');
  writeFileSync(file, sweepReport(document));
  const page = await opened(file, 1240, 1000);
  await page.evaluate('window.scrollTo({ top: document.querySelector("#effects").offsetTop - 12, behavior: "instant" })');
  await page.waitForTimeout(300);
  await picture(page, 'sweep.png', { x: 0, y: 0, width: 1240, height: 1000 });
}

async function opened(file, width, height) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' });
  await page.goto(pathToFileURL(file).href);
  return page;
}

async function picture(page, name, clip) {
  const path = join(FOLDER, name);
  await page.screenshot({ path, clip });
  const { size } = statSync(path);
  process.stdout.write(`docs/pictures/${name}: ${size} bytes\n`);
  if (size > MOST_BYTES) fail(`docs/pictures/${name} has ${size} bytes, more than ${MOST_BYTES}`, 1);
}

async function run(args) {
  const code = await runCli(args, { out: () => undefined, err: (text) => process.stderr.write(text), terminal: false });
  if (code !== 0) fail(`cfslab ${args.join(' ')} ended with ${code}`, code);
}

function fail(message, code) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
