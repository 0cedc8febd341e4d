import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runReport } from '../../../src/report/run-report.js';
import { timelineScript } from '../../../src/report/timeline/script.js';
import { named, parseHtml } from '../parse-html.js';
import { bundleOf, busyBundle } from './busy-bundle.js';

const busy = busyBundle(2, 200, 1);

describe('the timeline’s script', () => {
  it('is small, plain text that nothing in it ends', () => {
    const { text, hash } = timelineScript();
    expect(text).not.toMatch(/<\/script|<!--|https?:|\bfetch\(|XMLHttpRequest|\beval\(|innerHTML/i);
    expect(text).not.toMatch(/[^\x20-\x7e\n]/);
    expect(text.length).toBeLessThan(60_000);
    expect(hash).toBe(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  });
});

describe('runReport', () => {
  const { html, runs } = runReport([{ label: 'busy', contents: busy }], {});

  it('is the same each time, and allows its own script and no other', () => {
    expect(runReport([{ label: 'busy', contents: busy }], {}).html).toBe(html);
    expect(html).toContain(`script-src ${timelineScript().hash}&`.replace('&', '"').replaceAll("'", '&#39;'));
    expect(html.match(/<script/g)).toHaveLength(2);
  });

  it('is well formed but for the script itself, and asks for nothing', () => {
    const without = html.replaceAll(/<script[^>]*>[^<]*(?:<(?!\/script)[^<]*)*<\/script>/g, '');
    expect(parseHtml(without).errors).toEqual([]);
    expect(without).not.toMatch(/<[^>]*\s(?:src|srcset|action)=|url\((?!#)|@import|https?:/);
    expect(named(parseHtml(without), 'h2').map(({ text }) => text)).toEqual(['Timeline', 'Figures', 'Distributions', 'Migrations by cause', 'Notes']);
  });

  it('says what it holds, in figures and for who sees no picture', () => {
    expect(runs[0]!.counts.slices).toBeGreaterThan(190);
    const { elements } = parseHtml(html.replaceAll(/<script[\s\S]*?<\/script>/g, ''));
    const cells = elements.filter(({ name }) => name === 'td').map(({ text }) => text);
    expect(cells).toContain(String(runs[0]!.counts.slices));
  });

  it('says so where a window or too many decisions cut a run short', () => {
    const cut = runReport([{ label: 'busy', contents: busy }], { startNs: 1000, endNs: 5_000_000 }).html;
    expect(cut).toContain('Of busy the page has 0.000 to 0.005 of');
  });

  it('shows a bundle without switches, decisions or balances', () => {
    const empty = runReport([{ label: 'empty', contents: bundleOf(2, 1000, { events: [] }) }], {}).html;
    expect(empty).toContain('It has no decisions of the balancer.');
  });
});
