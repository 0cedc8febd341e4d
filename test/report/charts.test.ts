import { describe, expect, it } from 'vitest';
import { drawChart, type Chart } from '../../src/report/charts.js';
import { named, parseHtml } from './parse-html.js';

const NASTY = '</text><script>alert("1")</script> class="zr0-cls-0" {a|b} id="zr0-c0" url(#zr0-c0)';

function chart(id: string, label = 'a'): Chart {
  return {
    id,
    title: `Title of ${label}`,
    description: 'What is in it.',
    width: 300,
    height: 120,
    option: {
      xAxis: { type: 'category', data: [label, 'b'], axisLabel: { interval: 0 } },
      yAxis: { type: 'value', axisLabel: { color: 'var(--muted)' } },
      series: [{ type: 'line', data: [1 / 3, 2], lineStyle: { color: 'var(--sim)' } }],
    },
  };
}

describe('drawChart', () => {
  it('gives the same text whatever was drawn before', () => {
    const first = drawChart(chart('one')).text;
    drawChart(chart('two', 'other'));
    expect(drawChart(chart('one')).text).toBe(first);
  });

  it('puts ids under its own', () => {
    const parsed = parseHtml(drawChart(chart('one')).text);
    expect(parsed.errors).toEqual([]);
    const ids = parsed.elements.map(({ attributes }) => attributes['id']).filter((id) => id !== undefined);
    expect(ids.length).toBeGreaterThan(3);
    expect(ids.filter((id) => id !== 'one' && !id.startsWith('one-'))).toEqual([]);
    const clips = named(parsed, 'g').map(({ attributes }) => attributes['clip-path']).filter((clip) => clip !== undefined);
    expect(clips.length).toBeGreaterThan(0);
    for (const clip of clips) expect(ids).toContain(/^url\(#(.+)\)$/.exec(clip)?.[1]);
  });

  it('is named and described, and fits its place', () => {
    const [svg, title, description] = parseHtml(drawChart(chart('one')).text).elements;
    expect(svg!.attributes).toMatchObject({ role: 'img', 'aria-labelledby': 'one-title one-desc', viewBox: '0 0 300 120' });
    expect(svg!.attributes['width']).toBeUndefined();
    expect(title).toMatchObject({ name: 'title', text: 'Title of a', attributes: { id: 'one-title' } });
    expect(description).toMatchObject({ name: 'desc', text: 'What is in it.', attributes: { id: 'one-desc' } });
  });

  it('keeps colours that a style sheet decides', () => {
    expect(drawChart(chart('one')).text).toMatch(/stroke="var\(--sim\)"/);
    expect(drawChart(chart('one')).text).toMatch(/fill="var\(--muted\)"/);
  });

  it('leaves nothing for scripts, and no style sheet', () => {
    expect(drawChart(chart('one')).text).not.toMatch(/<style|<script|ecmeta|CDATA|class="zr/);
  });

  it('shows any text as text', () => {
    const parsed = parseHtml(drawChart(chart('one', NASTY)).text);
    expect(parsed.errors).toEqual([]);
    expect(named(parsed, 'script')).toEqual([]);
    expect(named(parsed, 'title')[0]!.text).toBe(`Title of ${NASTY}`);
    expect(named(parsed, 'text').map(({ text }) => text)).toContain(NASTY);
  });

  it('refuses an id that is none', () => {
    expect(() => drawChart(chart('a"b'))).toThrow('identifier');
  });
});
