import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { LIGHT as PAGE_LIGHT } from '../../../src/report/colours.js';
import { runReport } from '../../../src/report/run-report.js';
import { AXIS, GUTTER } from '../../../src/report/timeline/client/layout.js';
import { DARK, LIGHT } from '../../../src/report/timeline/client/palette.js';
import { CHROMIUM, openChromium, REASON, withPage } from '../chromium.js';
import { bundleOf, busyBundle } from './busy-bundle.js';

const HOSTILE = '</script><script>window.hit=1</script>';
const DECISION = { cpu: 1, dst_cpu: 1, src_cpu: 0, level: 1, reason: 5, delta: 100_000, migration_cost: 500_000, exec_start: -1, clock_task: -1, cache_nice_tries: 1, hot: 1 };

/** 1 ms of two CPUs: 7 runs on CPU 0 from 100 µs on, 8 from 200 to 900 µs. The balancer asks for 9 at 500 and at 600 µs. */
function bundle(policy: string, second: number): BundleContents {
  const contents = bundleOf(2, 1_000_000, {
    events: [
      [100_000, 0, 'switch', 7, 0, 0], [200_000, 0, 'switch', 8, 7, 0], [300_000, 0, 'wakeup', 9, 0, 0],
      ...(second > 0 ? [[601_000, 1, 'migrate', 9, 0, 1], [620_000, 1, 'switch', 9, 0, 0]] as const : []),
      [900_000, 0, 'switch', 0, 8, 1],
    ],
    decisions: [
      { ...DECISION, ts: 500_000, pid: 9, result: 0, nr_balance_failed: 0, seq: 25 },
      { ...DECISION, ts: 600_000, pid: 9, result: second, nr_balance_failed: 1, seq: 26 },
    ],
    balances: [{ ts: 500_000, cpu: 1, level: 1, stage: 3, nr_balance_failed: 1 }],
    names: { 7: HOSTILE, 8: 'eight', 9: 'nine' },
  });
  return { ...contents, manifest: { ...contents.manifest, policy: { ...contents.manifest.policy, name: policy } } };
}

const STOCK = { label: 'stock', contents: bundle('stock', 0) };
const EARLY = { label: 'early', contents: bundle('early', 2) };

describe('the timeline in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cfslab-timeline-'));
  let browser: Browser | null = null;
  const written = (name: string, source: string): string => {
    writeFileSync(join(folder, name), source);
    return pathToFileURL(join(folder, name)).href;
  };
  const one = written('one.html', runReport([EARLY], {}).html);
  const both = written('both.html', runReport([STOCK, EARLY], {}).html);

  beforeAll(async () => {
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = (url: string, how: { readonly dark?: boolean; readonly height?: number }, look: (page: Page) => Promise<void>): Promise<void> =>
    withPage(browser!, url, how, async (page) => {
      await page.waitForSelector('#timeline-place[data-drawn]');
      await page.locator('.timeline-runs canvas').first().scrollIntoViewIfNeeded();
      await look(page);
    });

  it.skipIf(CHROMIUM === undefined)(`draws known tasks at known places${REASON}`, async () => {
    await opened(one, {}, async (page) => {
      expect(await colourAt(page, 0, 50_000, 0)).toBe(LIGHT.lane);
      const seven = await colourAt(page, 0, 150_000, 0, 28);
      const eight = await colourAt(page, 0, 700_000, 0, 28);
      expect(LIGHT.tasks).toContain(seven);
      expect(LIGHT.tasks).toContain(eight);
      expect(seven).not.toBe(eight);
      expect(LIGHT.tasks).toContain(await colourAt(page, 0, 850_000, 1, 28));
      expect(await colourAt(page, 0, 550_000, 1)).toBe(LIGHT.lane);
      // 7 waits from 200 µs on, hot for the migration cost of 500 µs.
      expect(await colourAt(page, 0, 250_000, 0, 36)).toBe(LIGHT.waitHot);
      expect(await colourAt(page, 0, 850_000, 0, 36)).toBe(LIGHT.waitCold);
    });
  });

  it.skipIf(CHROMIUM === undefined)(`shows a decision that is clicked, with its features and both answers${REASON}`, async () => {
    await opened(one, {}, async (page) => {
      const { x, y } = await placeOf(page, 0, 600_000, 1, 81);
      await page.mouse.click(x, y);
      const details = await page.locator('.timeline-details').innerText();
      expect(details).toContain('Decision 2 of 2: may nine 9 go from CPU 0 to CPU 1?');
      expect(details).toMatch(/Stock answers\s+no \(hot: it ran 100 µs ago, a migration costs 500 µs\)/);
      expect(details).toMatch(/early answered\s+yes, although hot \(forced\) – otherwise than stock/);
      expect(details).toMatch(/nr_balance_failed\s+1, cache_nice_tries 1/);
      expect(await page.locator('.timeline-details tbody tr').count()).toBeGreaterThan(40);
      const slice = await placeOf(page, 0, 700_000, 0, 5);
      await page.mouse.click(slice.x, slice.y);
      expect(await page.locator('.timeline-details h3').innerText()).toBe('eight 8 on CPU 0');
    });
  });

  it.skipIf(CHROMIUM === undefined)(`can be gone through with the keyboard, and left${REASON}`, async () => {
    await opened(one, {}, async (page) => {
      const title = (): Promise<string> => page.locator('.timeline-details h3').innerText();
      await page.locator('.timeline-runs canvas').focus();
      await page.keyboard.press('Tab');
      expect(await title()).toContain('Decision 1 of 2');
      await page.keyboard.press('Tab');
      expect(await title()).toContain('Decision 2 of 2');
      await page.keyboard.press('Shift+Tab');
      expect(await title()).toContain('Decision 1 of 2');
      expect(await focused(page)).toBe('CANVAS');
      await page.keyboard.press('n');
      expect(await page.locator('.timeline-said').innerText()).toBe('Forced migration: CPU 0 to CPU 1, balance, although hot: by the policy.');
      await page.keyboard.press('n');
      expect(await page.locator('.timeline-said').innerText()).toBe('There is no forced migration after this.');
      const whole = await view(page);
      await page.keyboard.press('+');
      await page.keyboard.press('+');
      const close = await view(page);
      expect(close.to - close.from).toBeLessThan((whole.to - whole.from) / 2.5);
      await page.keyboard.press('Home');
      expect((await view(page)).from).toBe(0);
      await page.keyboard.press('ArrowRight');
      expect((await view(page)).from).toBeGreaterThan(0);
      await page.keyboard.press('End');
      expect((await view(page)).to).toBe(1_000_000);
      await page.keyboard.press('0');
      expect(await view(page)).toEqual(whole);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Tab');
      expect(await focused(page)).not.toBe('CANVAS');
    });
  });

  it.skipIf(CHROMIUM === undefined)(`shows two runs side by side, together, and where they part${REASON}`, async () => {
    await opened(both, {}, async (page) => {
      expect(await page.locator('.timeline-runs figure').allInnerTexts()).toEqual([expect.stringContaining('stock'), expect.stringContaining('early')]);
      const boxes = await Promise.all((await page.locator('.timeline-runs canvas').all()).map((canvas) => canvas.boundingBox()));
      expect(boxes[0]!.y).toBe(boxes[1]!.y);
      // The line at which they part, in both, between its dashes or on them.
      for (const side of [0, 1]) {
        const column = await Promise.all([30, 33, 36, 39, 42].map((down) => colourAt(page, side, 600_000, 0, down)));
        expect(column).toContain(LIGHT.parts);
      }
      expect(await page.locator('.answer').last().innerText()).toContain('part at decision 2, at 0.000600 s: both are asked the same and answer otherwise');
      await page.locator('.timeline-runs canvas').first().focus();
      await page.keyboard.press('d');
      const details = await page.locator('.timeline-details').innerText();
      expect(details).toMatch(/stock answered\s+no/);
      expect(details).toMatch(/early answered\s+yes, although hot/);
      expect(details).toContain('here: both were asked the same, and answered otherwise');
      for (let i = 0; i < 6; i += 1) await page.keyboard.press('+');
      await page.keyboard.press('Home');
      // Now both show the beginning, in which nothing runs.
      for (const side of [0, 1]) expect(await colourAt(page, side, 20_000, 0, 5)).toBe(LIGHT.lane);
      await page.getByLabel('above each other').check();
      const stacked = await Promise.all((await page.locator('.timeline-runs canvas').all()).map((canvas) => canvas.boundingBox()));
      expect(stacked[1]!.y).toBeGreaterThan(stacked[0]!.y + 100);
      expect(stacked[1]!.width).toBeGreaterThan(boxes[0]!.width * 1.5);
    });
  });

  it.skipIf(CHROMIUM === undefined)(`shows two of three runs, as they are chosen${REASON}`, async () => {
    const third = { label: 'third', contents: bundle('third', 0) };
    const three = written('three.html', runReport([STOCK, EARLY, third], {}).html);
    await opened(three, {}, async (page) => {
      const captions = (): Promise<string[]> => page.locator('.timeline-runs strong').allInnerTexts();
      const parted = async (): Promise<boolean> => {
        await view(page);
        const column = await Promise.all([30, 33, 36, 39, 42].map((down) => colourAt(page, 0, 600_000, 0, down)));
        return column.includes(LIGHT.parts);
      };
      expect([await captions(), await parted()]).toEqual([['stock', 'early'], true]);
      // The third decides as stock does, so that nothing parts them.
      await page.getByLabel('Right').selectOption('third');
      expect([await captions(), await parted()]).toEqual([['stock', 'third'], false]);
    });
  });

  it.skipIf(CHROMIUM === undefined)(`zooms with the wheel about the pointer, and pans by dragging${REASON}`, async () => {
    await opened(one, {}, async (page) => {
      const at = await placeOf(page, 0, 200_000, 0, 5);
      await page.mouse.move(at.x, at.y);
      await page.mouse.wheel(0, -1200);
      await page.waitForFunction('Number(document.getElementById("timeline-place").dataset.to) < 500000');
      const close = await view(page);
      expect(close.from).toBeGreaterThan(100_000);
      await page.mouse.down();
      await page.mouse.move(at.x + 80, at.y, { steps: 4 });
      await page.mouse.up();
      await page.waitForFunction(`Number(document.getElementById("timeline-place").dataset.from) < ${close.from}`);
      const moved = await view(page);
      expect(Math.abs(moved.to - moved.from - (close.to - close.from))).toBeLessThan(2);
      // A drag chooses nothing.
      expect(await page.locator('.timeline-details').innerText()).toContain('Nothing is chosen');
    });
  });

  it.skipIf(CHROMIUM === undefined)(`is dark where the system is, and light on paper${REASON}`, async () => {
    await opened(one, { dark: true }, async (page) => {
      expect(await colourAt(page, 0, 50_000, 0)).toBe(DARK.lane);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await colourAt(page, 0, 50_000, 0)).toBe(LIGHT.lane);
      expect(await page.locator('.timeline-bar').isVisible()).toBe(false);
      const ink = await page.evaluate("getComputedStyle(document.querySelector('h1')).color");
      expect(ink).toBe(`rgb(${[1, 3, 5].map((i) => Number.parseInt(PAGE_LIGHT.ink.slice(i, i + 2), 16)).join(', ')})`);
    });
  });

  it.skipIf(CHROMIUM === undefined)(`shows names from traces as texts${REASON}`, async () => {
    await opened(one, {}, async (page) => {
      const { x, y } = await placeOf(page, 0, 150_000, 0, 5);
      await page.mouse.click(x, y);
      expect(await page.locator('.timeline-details h3').innerText()).toBe(`${HOSTILE} 7 on CPU 0`);
      expect(await page.evaluate('window.hit')).toBeUndefined();
    });
  });

  it.skipIf(CHROMIUM === undefined)(`scrolls over 256 CPUs${REASON}`, async () => {
    const wide = written('wide.html', runReport([{ label: 'wide', contents: busyBundle(256, 8000, 2) }], {}).html);
    await opened(wide, { height: 700 }, async (page) => {
      const canvas = page.locator('.timeline-runs canvas');
      await canvas.focus();
      const before = await canvas.screenshot();
      for (let i = 0; i < 200; i += 1) await page.keyboard.press('ArrowDown');
      await page.waitForTimeout(50);
      expect(before.equals(await canvas.screenshot())).toBe(false);
      // The last lane's middle is a task's, and below it is nothing more to come.
      const height = (await canvas.boundingBox())!.height;
      expect(await page.evaluate(pixelScript(0, GUTTER + 100, height - 7))).not.toBe(LIGHT.ground);
    });
  });
});

async function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.tagName');
}

async function view(page: Page): Promise<{ readonly from: number; readonly to: number }> {
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  return page.evaluate('(({ from, to }) => ({ from: Number(from), to: Number(to) }))(document.getElementById("timeline-place").dataset)');
}

/** Where a time is on a canvas, from its corner: CSS pixels; `down` from the top of the lane. */
async function offsetOf(page: Page, side: number, time: number, lane: number, down: number): Promise<{ readonly x: number; readonly y: number }> {
  const { from, to } = await view(page);
  const width: number = await page.evaluate(`document.querySelectorAll('.timeline-runs canvas')[${side}].clientWidth`);
  // Two CPUs have lanes of 88 pixels, and 2 between them.
  return { x: GUTTER + ((time - from) / (to - from)) * (width - GUTTER), y: AXIS + lane * 90 + down };
}

async function placeOf(page: Page, side: number, time: number, lane: number, down: number): Promise<{ readonly x: number; readonly y: number }> {
  const { x, y } = await offsetOf(page, side, time, lane, down);
  const box = (await page.locator('.timeline-runs canvas').nth(side).boundingBox())!;
  return { x: box.x + x, y: box.y + y };
}

async function colourAt(page: Page, side: number, time: number, lane: number, down = 5): Promise<string> {
  const { x, y } = await offsetOf(page, side, time, lane, down);
  return page.evaluate(pixelScript(side, x, y));
}

/** Read through a copy: reading the canvas itself would change how the browser keeps it. */
function pixelScript(side: number, x: number, y: number): string {
  return `(() => {
    const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    copy.drawImage(document.querySelectorAll('.timeline-runs canvas')[${side}], -${Math.round(x)}, -${Math.round(y)});
    const [r, g, b] = copy.getImageData(0, 0, 1, 1).data;
    return '#' + [r, g, b].map((value) => value.toString(16).padStart(2, '0')).join('');
  })()`;
}
