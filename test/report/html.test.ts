import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escape, Html, html, join, shorten, visible } from '../../src/report/html.js';

describe('html', () => {
  it('escapes what is interpolated and keeps what is HTML', () => {
    const name = '</script><img src=x onerror="a(\'b\')">&';
    expect(html`<b title="${name}">${name}</b>${new Html('<i></i>')}${[html`<u>${1}</u>`]}`.text).toBe(
      '<b title="&lt;/script&gt;&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;">' +
        '&lt;/script&gt;&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;</b><i></i><u>1</u>',
    );
  });

  it('leaves no character that could end a text or an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escape(text)).not.toMatch(/[<>"'\p{Cc}\p{Cs}]/u);
        expect(escape(text)).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    );
  });

  it('joins pieces', () => {
    expect(join([html`<a>`, html`${'<'}`]).text).toBe('<a>&lt;');
  });
});

describe('visible', () => {
  it('shows what would hide', () => {
    expect(visible('a\u202eb\u0000c\ud800d\u2028')).toBe('a\\u{202e}b\\u{0}c\\u{d800}d\\u{2028}');
    expect(visible('one\r\ntwo\tthree')).toBe('one two three');
    expect(visible('日本語 é 🙂')).toBe('日本語 é 🙂');
  });
});

describe('shorten', () => {
  it('leaves out the middle', () => {
    expect(shorten('threadpool-mc5-ml-c', 19)).toBe('threadpool-mc5-ml-c');
    expect(shorten('threadpool-mc5-ml-c', 13)).toBe('threadpo…ml-c');
    expect(shorten('🙂'.repeat(9), 4)).toBe('🙂🙂…🙂');
  });

  it('never is longer than asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 30 }), (text, most) => {
        expect([...shorten(text, most)].length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
