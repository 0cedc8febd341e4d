import { describe, expect, it } from 'vitest';
import { DARK, declarations, HEAT_STEPS, LIGHT, mix, PALE, type Palette } from '../../src/report/colours.js';

const PALETTES: ReadonlyArray<readonly [string, Palette]> = [
  ['light', LIGHT],
  ['dark', DARK],
];

/** Relative luminance as WCAG 2.1 defines it. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const channel = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

describe.each(PALETTES)('the %s palette', (_, palette) => {
  it('has text that can be read, on the page and on cards', () => {
    for (const text of ['ink', 'muted', 'link', 'pass', 'fail', 'undecided', 'unmeasured', 'sim', 'kernel'] as const) {
      for (const ground of [palette.bg, palette.surface]) {
        expect(contrast(palette[text], ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('has badges and a heat table that can be read', () => {
    for (const tone of ['pass', 'fail', 'undecided', 'unmeasured'] as const) {
      expect(contrast(palette[tone], mix(palette.surface, palette[tone], PALE)), tone).toBeGreaterThanOrEqual(4.5);
    }
    for (const side of ['less', 'more'] as const) {
      for (const step of HEAT_STEPS) {
        const ground = mix(palette.surface, palette[side], step);
        expect(contrast(palette.ink, ground), `${side} ${step}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('has marks that stand out from the band of tolerance', () => {
    for (const tone of ['pass', 'fail', 'undecided', 'unmeasured', 'kernel'] as const) {
      expect(contrast(palette[tone], palette.band), tone).toBeGreaterThanOrEqual(3);
    }
  });

  it('is declared whole', () => {
    const declared = declarations(palette);
    for (const name of Object.keys(palette)) expect(declared).toContain(`--${name}:#`);
    expect(declared).toMatch(/--more-4:#[0-9a-f]{6};--pass-pale:#/);
  });
});

describe('mix', () => {
  it('goes from one colour to the other', () => {
    expect([0, 0.5, 1].map((share) => mix('#000000', '#ff8000', share))).toEqual(['#000000', '#804000', '#ff8000']);
  });
});
