/**
 * The colours of a report. Charts name them as CSS variables, so that one drawing serves light, dark and paper. Verdicts
 * are told apart by people who see no red or green (blue, vermilion, amber, grey), and always by a mark as well.
 */
export interface Palette {
  readonly bg: string;
  readonly surface: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly grid: string;
  readonly link: string;
  /** The real kernel. */
  readonly kernel: string;
  /** The simulator. */
  readonly sim: string;
  /** What is within tolerance. */
  readonly band: string;
  readonly pass: string;
  readonly fail: string;
  readonly undecided: string;
  readonly unmeasured: string;
  /** Hues of the heat table: the simulator has less, or more, than the kernel. */
  readonly less: string;
  readonly more: string;
  /** Series of a chart, in their order: told apart by people who see no red or green, and by dashes or words besides. */
  readonly one: string;
  readonly two: string;
  readonly three: string;
  readonly four: string;
}

/** The colours of series, in their order. */
export const SERIES = ['one', 'two', 'three', 'four'] as const satisfies ReadonlyArray<keyof Palette>;

export const LIGHT: Palette = {
  bg: '#f7f7f5',
  surface: '#ffffff',
  ink: '#1b1f24',
  muted: '#59616c',
  line: '#d5d8dd',
  grid: '#e9ebee',
  link: '#0b5a94',
  kernel: '#1b1f24',
  sim: '#a1277f',
  band: '#dfe5ec',
  pass: '#0b6aa8',
  fail: '#b5400b',
  undecided: '#875a00',
  unmeasured: '#646c78',
  less: '#1b7837',
  more: '#762a83',
  one: '#0b6aa8',
  two: '#b06000',
  three: '#00795a',
  four: '#a1277f',
};

export const DARK: Palette = {
  bg: '#14171b',
  surface: '#1c2026',
  ink: '#e8eaed',
  muted: '#a3abb6',
  line: '#3a414b',
  grid: '#2b313a',
  link: '#7cc0f5',
  kernel: '#e8eaed',
  sim: '#f08cd0',
  band: '#333c48',
  pass: '#62b3ee',
  fail: '#ff8f5a',
  undecided: '#e3b04a',
  unmeasured: '#9aa3af',
  less: '#4fb870',
  more: '#b57bd0',
  one: '#62b3ee',
  two: '#f0b429',
  three: '#2fc795',
  four: '#f08cd0',
};

export type Colour = keyof Palette;

/** How strong the five steps of the heat table are, from hardly any difference to a large one. */
export const HEAT_STEPS: readonly number[] = [0.05, 0.14, 0.25, 0.37, 0.5];

/** The colour as CSS and SVG name it. */
export function cssVariable(colour: Colour): string {
  return `var(--${colour})`;
}

/** The declarations of a palette: its colours, the steps of the heat table, and the pale ground of each verdict. */
export function declarations(palette: Palette): string {
  const plain = (Object.keys(palette) as Colour[]).map((name) => `--${name}:${palette[name]}`);
  const heat = (['less', 'more'] as const).flatMap((side) =>
    HEAT_STEPS.map((share, step) => `--${side}-${step}:${mix(palette.surface, palette[side], share)}`),
  );
  const pale = (['pass', 'fail', 'undecided', 'unmeasured'] as const).map(
    (tone) => `--${tone}-pale:${mix(palette.surface, palette[tone], PALE)}`,
  );
  return [...plain, ...heat, ...pale].join(';');
}

/** How much of a verdict's colour its pale ground has. */
export const PALE = 0.1;

/** A colour between two, `#rrggbb` each: 0 is the first, 1 the second. */
export function mix(from: string, to: string, share: number): string {
  const channel = (colour: string, i: number): number => Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(from, i) * (1 - share) + channel(to, i) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
