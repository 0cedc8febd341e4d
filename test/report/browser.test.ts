import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibrationReport } from '../../src/report/calibration.js';
import { confrontationReport } from '../../src/report/confrontation.js';
import { sampleConfrontation } from '../kernel-validation/confront/sample-document.js';
import { DARK, LIGHT } from '../../src/report/colours.js';
import { CHROMIUM, openChromium, REASON, withPage } from './chromium.js';
import { sampleDocument } from './sample-document.js';

const HOSTILE = '</script><img src=x onerror="window.hit=1"><svg onload="window.hit=2">';

describe('the report in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cfslab-report-'));
  const document = sampleDocument();
  const url = written('report.html', calibrationReport(document));
  let browser: Browser | null = null;

  function written(name: string, source: string): string {
    writeFileSync(join(folder, name), source);
    return pathToFileURL(join(folder, name)).href;
  }

  beforeAll(async () => {
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = (at: string, how: Parameters<typeof withPage>[2], look: (page: Page) => Promise<void>): Promise<void> =>
    withPage(browser!, at, how, look);

  it.skipIf(CHROMIUM === undefined)(`asks for nothing and has all its charts to be seen${REASON}`, async () => {
    await opened(url, {}, async (page) => {
      expect(await page.title()).toBe('Calibration of virtual-8-smt');
      const charts = await page.locator('svg.chart').all();
      expect(charts).toHaveLength(15 + 18 + 1);
      for (const chart of charts) {
        const box = await chart.boundingBox();
        expect(box!.width).toBeGreaterThan(250);
        expect(box!.height).toBeGreaterThan(80);
      }
      await page.getByRole('img', { name: 'Completion time: kernel and simulator on each recording' }).waitFor();
    });
  });

  it.skipIf(CHROMIUM === undefined)(`shows what fails first, in the first screen${REASON}`, async () => {
    await opened(url, {}, async (page) => {
      const failing = document.residuals.filter(({ verdict }) => verdict === 'fail');
      expect(await page.locator('.answer').innerText()).toContain(`${failing.length} of 90`);
      const rows = page.getByRole('region', { name: 'Figures: fail' }).locator('tbody tr');
      const texts = await rows.allInnerTexts();
      expect(texts).toHaveLength(failing.length);
      for (const { metric, workload } of failing) {
        expect(texts.some((text) => text.includes(metric) && text.includes(workload)), `${metric} ${workload}`).toBe(true);
      }
      expect((await rows.first().boundingBox())!.y).toBeLessThan(700);
    });
  });

  it.skipIf(CHROMIUM === undefined).each([1280, 768, 390])(`is no wider than a screen of %i${REASON}`, async (width) => {
    const nasty = written('wide.html', calibrationReport(sampleDocument([HOSTILE, 'x'.repeat(300), ...'abcdefghij'])));
    for (const at of [url, nasty]) {
      await opened(at, { width }, async (page) => {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const tooWide = `[...document.querySelectorAll('body *')].filter((e) => !e.closest('.scroll, .skip') &&
          e.getBoundingClientRect().right > ${width + 1}).map((e) => e.tagName + ' ' + e.textContent.slice(0, 40))`;
        expect(await page.evaluate(tooWide)).toEqual([]);
      });
    }
  });

  it.skipIf(CHROMIUM === undefined).each([
    ['light', LIGHT],
    ['dark', DARK],
  ] as const)(`is %s where the system is${REASON}`, async (scheme, palette) => {
    await opened(url, { dark: scheme === 'dark' }, async (page) => {
      const colours = await page.evaluate(`[
        getComputedStyle(document.documentElement).backgroundColor,
        getComputedStyle(document.querySelector('h1')).color,
        getComputedStyle(document.querySelector('svg.chart text[fill="var(--ink)"]')).fill,
        getComputedStyle(document.querySelector('svg.chart [fill="var(--band)"]')).fill,
      ]`);
      expect(colours).toEqual([palette.bg, palette.ink, palette.ink, palette.band].map(rgb));
    });
  });

  it.skipIf(CHROMIUM === undefined)(`prints light and with nothing folded away${REASON}`, async () => {
    await opened(url, { dark: true }, async (page) => {
      const passes = page.getByRole('region', { name: 'Figures: pass' });
      expect(await passes.isVisible()).toBe(false);
      await page.locator('#passes summary').click();
      expect(await passes.isVisible()).toBe(true);
      await page.locator('#passes summary').click();
      await page.emulateMedia({ media: 'print' });
      expect((await passes.boundingBox())!.height).toBeGreaterThan(1000);
      expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).color")).toBe(rgb(LIGHT.ink));
      expect(await page.locator('nav').isVisible()).toBe(false);
    });
  });

  it.skipIf(CHROMIUM === undefined)(`can be gone through with the keyboard${REASON}`, async () => {
    await opened(url, {}, async (page) => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(new URL(page.url()).hash).toBe('#fails');
      await page.locator('nav a', { hasText: 'Distributions' }).focus();
      await page.keyboard.press('Enter');
      expect(new URL(page.url()).hash).toBe('#distributions');
    });
  });

  it.skipIf(CHROMIUM === undefined)(`shows hostile names as text${REASON}`, async () => {
    const hostile = written('hostile.html', calibrationReport({ ...sampleDocument([HOSTILE, 'plain']), profile: HOSTILE }));
    await opened(hostile, {}, async (page) => {
      expect(await page.locator('h1').innerText()).toBe(`Calibration of ${HOSTILE}`);
      expect(await page.evaluate('[window.hit, document.images.length, document.scripts.length]')).toEqual([undefined, 0, 0]);
    });
  });

  it.skipIf(CHROMIUM === undefined).each([1280, 390])(`shows a confrontation on a screen of %i, hostile names as text${REASON}`, async (width) => {
    const at = written('confrontation.html', confrontationReport(sampleConfrontation([HOSTILE, 'pool', 'x'.repeat(300)], HOSTILE)));
    await opened(at, { width }, async (page) => {
      expect(await page.title()).toBe('Confrontation: refuted');
      expect(await page.locator('svg.chart').count()).toBe(3);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.getByRole('region', { name: 'Figures: refuted' }).innerText()).toContain(HOSTILE);
      expect(await page.evaluate('[window.hit, document.images.length, document.scripts.length]')).toEqual([undefined, 0, 0]);
    });
  });
});

/** `#rrggbb` as a browser says it. */
function rgb(colour: string): string {
  const channels = [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
  return `rgb(${channels.join(', ')})`;
}
