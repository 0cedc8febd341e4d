/**
 * `npm run bench:timeline`: how long a page of a million stretches takes to open in Chromium, and how many frames a second
 * it pans with; `-- 8 64` measures machines of so many CPUs only. Prints a table and writes out/bench-timeline.json; exit code 1 where a floor was missed, 3 without a Chromium.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { writeFileAtomic } from '../src/input/atomic.js';
import { runReport } from '../src/report/run-report.js';
import { busyBundle } from '../test/report/timeline/busy-bundle.js';

/** What the timeline is held to. */
const FLOORS = { opensMs: 2000, framesPerSecond: 30 } as const;
/** CPUs and stretches of each run; the last has two runs side by side. */
const CASES = [
  { cpus: 8, stretches: 1_000_000, runs: 1 },
  { cpus: 64, stretches: 1_000_000, runs: 1 },
  { cpus: 256, stretches: 1_000_000, runs: 1 },
  { cpus: 64, stretches: 500_000, runs: 2 },
] as const;
const REPETITIONS = 3;
const FRAMES = 90;

interface Found {
  readonly cpus: number;
  readonly stretches: number;
  readonly runs: number;
  readonly pageBytes: number;
  /** From the start of the navigation to the first drawn frame, median, ms. */
  readonly opensMs: number;
  /** Panning, of the whole run and closer: the median and the slowest of 20 frames, ms. */
  readonly frames: ReadonlyArray<{ readonly zoom: string; readonly medianMs: number; readonly p95Ms: number; readonly framesPerSecond: number }>;
}

/** Where distributions put it, or `CHROME_PATH`. */
function chromiumPath(): string | undefined {
  const places = [process.env['CHROME_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return places.find((path) => path !== undefined && existsSync(path));
}

async function main(): Promise<number> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    process.stderr.write('bench: no Chromium found: install the package chromium or set CHROME_PATH\n');
    return 3;
  }
  const folder = mkdtempSync(join(tmpdir(), 'cfslab-timeline-'));
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  try {
    const found: Found[] = [];
    const only = process.argv.slice(2).map(Number);
    for (const one of CASES.filter(({ cpus }) => only.length === 0 || only.includes(cpus))) found.push(await measure(browser, folder, one));
    mkdirSync('out', { recursive: true });
    writeFileAtomic('out/bench-timeline.json', `${JSON.stringify({ floors: FLOORS, found }, null, 1)}\n`);
    process.stdout.write(found.map(lineOf).join(''));
    const missed = found.some(({ opensMs, frames }) => opensMs > FLOORS.opensMs || frames.some((f) => f.framesPerSecond < FLOORS.framesPerSecond));
    return missed ? 1 : 0;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(browser: Browser, folder: string, { cpus, stretches, runs }: (typeof CASES)[number]): Promise<Found> {
  process.stderr.write(`measuring ${cpus} CPUs, ${stretches} stretches, ${runs} run${runs === 1 ? '' : 's'} …\n`);
  const bundles = Array.from({ length: runs }, (_, i) => ({ label: `run ${i + 1}`, contents: busyBundle(cpus, stretches, i + 1) }));
  const file = join(folder, `${cpus}-${runs}.html`);
  writeFileSync(file, runReport(bundles, {}).html);
  const opens: number[] = [];
  let frames: Found['frames'] = [];
  for (let i = 0; i < REPETITIONS; i += 1) {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.goto(pathToFileURL(file).href, { waitUntil: 'commit' });
    await page.waitForSelector('#timeline-place[data-drawn]', { state: 'attached', timeout: 60_000 });
    opens.push(await page.evaluate('performance.getEntriesByName("timeline-drawn")[0].startTime'));
    if (i === REPETITIONS - 1) frames = await pans(page);
    await page.close();
  }
  return { cpus, stretches, runs, pageBytes: statSync(file).size, opensMs: Math.round(median(opens)), frames };
}

/** Pans to and fro at several depths, a step each frame, and takes the time between frames. */
async function pans(page: Page): Promise<Found['frames']> {
  const found: Array<Found['frames'][number]> = [];
  await page.locator('.timeline-runs canvas').first().focus();
  for (const [zoom, presses] of [['half', 2], ['1/50', 6], ['1/5000', 10]] as const) {
    for (let i = 0; i < presses; i += 1) await page.keyboard.press('+');
    const gaps: number[] = await page.evaluate(`new Promise((resolve) => {
      const canvas = document.querySelector('.timeline-runs canvas');
      const gaps = [];
      let last = performance.now();
      let n = 0;
      const step = (now) => {
        gaps.push(now - last);
        last = now;
        if (n++ === ${FRAMES}) return resolve(gaps.slice(5));
        canvas.dispatchEvent(new WheelEvent('wheel', { deltaX: (n % 30 < 15 ? 1 : -1) * 23, cancelable: true }));
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    })`);
    const sorted = gaps.sort((a, b) => a - b);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    found.push({ zoom, medianMs: round(median(sorted)), p95Ms: round(sorted[Math.floor(sorted.length * 0.95)]!), framesPerSecond: round(1000 / mean) });
  }
  return found;
}

function lineOf({ cpus, stretches, runs, pageBytes, opensMs, frames }: Found): string {
  const head = `${cpus} CPUs, ${stretches} stretches${runs > 1 ? ` × ${runs}` : ''}, page ${(pageBytes / 1e6).toFixed(1)} MB: opens in ${opensMs} ms (floor ${FLOORS.opensMs})\n`;
  const rest = frames.map(({ zoom, medianMs, p95Ms, framesPerSecond }) => `  pans at ${framesPerSecond} frames/s over ${zoom} of it (median ${medianMs} ms, p95 ${p95Ms} ms; floor ${FLOORS.framesPerSecond})\n`);
  return head + rest.join('');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

process.exitCode = await main();
