/**
 * Colours of the timeline, `#rrggbb`. Tasks and heat are told apart by people who see no red or green (after Okabe, Ito and
 * Tol); what is forced has a shape of its own besides.
 */
export interface Palette {
  readonly ground: string;
  readonly lane: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly tasks: readonly string[];
  /** Of who runs: it ran here less than the migration cost ago, longer ago, or not since it came. */
  readonly heat: readonly [hot: string, cold: string, arrived: string];
  /** Of who waits. */
  readonly waitHot: string;
  readonly waitCold: string;
  readonly forced: string;
  readonly byPolicy: string;
  readonly parts: string;
  readonly failed: string;
  readonly selection: string;
}

export const LIGHT: Palette = {
  ground: '#ffffff',
  lane: '#f0f1f3',
  ink: '#1b1f24',
  muted: '#59616c',
  line: '#d5d8dd',
  tasks: ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#882255', '#999933', '#332288', '#44aa99', '#b8860b'],
  heat: ['#e69f00', '#0072b2', '#882255'],
  waitHot: '#e69f00',
  waitCold: '#7aa6c2',
  forced: '#c8102e',
  byPolicy: '#7b2d8b',
  parts: '#c8102e',
  failed: '#8a5a00',
  selection: '#000000',
};

export const DARK: Palette = {
  ground: '#1c2026',
  lane: '#262b33',
  ink: '#e8eaed',
  muted: '#a3abb6',
  line: '#3a414b',
  tasks: ['#4aa3e0', '#f0b429', '#2fc795', '#e59ac4', '#8fd0f7', '#d2649a', '#c5c55c', '#9d92ee', '#74d3c3', '#dbb055'],
  heat: ['#f0b429', '#4aa3e0', '#d2649a'],
  waitHot: '#f0b429',
  waitCold: '#5f88a3',
  forced: '#ff6b6b',
  byPolicy: '#d79be6',
  parts: '#ff6b6b',
  failed: '#e3b04a',
  selection: '#ffffff',
};

/** `#rrggbb` as the four bytes of a pixel in the order that canvases have them, on a machine that puts the least first. */
export function pixel(colour: string): number {
  const [r, g, b] = channels(colour);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** Steps of a colour's strength. */
export const SHADES = 64;

/** A colour over a ground, from hardly there (1) to all there (SHADES); 0 is the ground. */
export function shades(ground: string, colour: string): Uint32Array {
  const [from, to] = [channels(ground), channels(colour)];
  return Uint32Array.from({ length: SHADES + 1 }, (_, step) => {
    // What is there at all is to be seen.
    const share = step === 0 ? 0 : 0.2 + (0.8 * step) / SHADES;
    const [r, g, b] = from.map((value, i) => Math.round(value * (1 - share) + to[i]! * share)) as [number, number, number];
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

function channels(colour: string): [number, number, number] {
  return [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16)) as [number, number, number];
}
