import { describe, expect, it } from 'vitest';
import { html } from '../../src/report/html.js';
import { page } from '../../src/report/page.js';
import { named, parseHtml } from './parse-html.js';

const NASTY = '</title></style><script>alert(1)</script>';

const PARTS = {
  title: NASTY,
  kicker: NASTY,
  lead: html`<p>Lead.</p>`,
  sections: [
    { id: 'one', title: NASTY, count: 3, body: html`<p>First.</p>` },
    { id: 'two', title: 'Two', body: html`<p>Second.</p>` },
  ],
  footer: html`<p>End.</p>`,
};

describe('page', () => {
  const source = page(PARTS);
  const parsed = parseHtml(source);

  it('is well formed and in one language', () => {
    expect(source.startsWith('<!doctype html>\n<html lang="en">')).toBe(true);
    expect(parsed.errors).toEqual([]);
    expect(named(parsed, 'h1').map(({ text }) => text)).toEqual([NASTY]);
    expect(named(parsed, 'title').map(({ text }) => text)).toEqual([NASTY]);
  });

  it('has a table of contents that leads to its sections', () => {
    const links = named(parsed, 'a').filter(({ path }) => path.includes('nav'));
    expect(links.map(({ attributes, text }) => [attributes['href'], text])).toEqual([['#one', `${NASTY} 3`], ['#two', 'Two']]);
    const sections = named(parsed, 'section').map(({ attributes }) => attributes);
    expect(sections).toEqual([
      { id: 'one', 'aria-labelledby': 'one-title' },
      { id: 'two', 'aria-labelledby': 'two-title' },
    ]);
  });

  it('asks for nothing from outside and forbids it', () => {
    expect(named(parsed, 'script')).toEqual([]);
    expect(source).not.toMatch(/\b(?:src|srcset|action)=|url\(|@import|https?:/);
    expect(named(parsed, 'link').map(({ attributes }) => attributes['href'])).toEqual(['data:,']);
    const policy = named(parsed, 'meta').find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy');
    expect(policy!.attributes['content']).toContain("default-src 'none'");
  });

  it('has a style for light, dark and paper', () => {
    const [style] = named(parsed, 'style');
    expect(style!.text).toContain('prefers-color-scheme:dark');
    expect(style!.text).toContain('@media print');
    expect(style!.text).not.toContain('<');
  });

  it('is the same each time', () => {
    expect(page(PARTS)).toBe(source);
  });
});
