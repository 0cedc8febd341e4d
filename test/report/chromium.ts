import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** A Chromium of this machine: `CHROME_PATH`, or where distributions put it. */
export const CHROMIUM = [
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

/** Without a browser some tests cannot run: they say so in their names. */
export const REASON = CHROMIUM === undefined ? ' [no Chromium found: install it or set CHROME_PATH]' : '';

/** null where there is no Chromium. */
export async function openChromium(): Promise<Browser | null> {
  if (CHROMIUM === undefined) return null;
  // Chromium's sandbox does not start as root, as in containers.
  return chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: process.getuid?.() !== 0 });
}

/** Opens a page, hands it over, and expects that it has asked for nothing and complained of nothing. */
export async function withPage(
  browser: Browser,
  at: string,
  { width = 1280, height = 900, dark = false }: { readonly width?: number; readonly height?: number; readonly dark?: boolean },
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(at);
    await look(page);
    expect(complaints).toEqual([]);
    expect(requests.filter((request) => !request.startsWith('data:'))).toEqual([at]);
  } finally {
    await context.close();
  }
}
