/** Which part of a run is looked at: the time at the left edge and how much of it a CSS pixel is, both ns. */
export interface View {
  readonly start: number;
  readonly perPixel: number;
}

/** What there is to look at, ns. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** A pixel is never less than this, ns. */
const FINEST = 0.5;

/** The whole run. */
export function fit({ from, to }: Extent, width: number): View {
  return { start: from, perPixel: Math.max((to - from) / width, FINEST) };
}

export function timeAt({ start, perPixel }: View, x: number): number {
  return start + x * perPixel;
}

export function pixelOf({ start, perPixel }: View, time: number): number {
  return (time - start) / perPixel;
}

/** Nothing beside the run is shown, save where the run is narrower than the picture may be. */
export function clamp(view: View, extent: Extent, width: number): View {
  const most = fit(extent, width).perPixel;
  const perPixel = Math.min(Math.max(view.perPixel, FINEST), most);
  const last = Math.max(extent.from, extent.to - width * perPixel);
  return { start: Math.min(Math.max(view.start, extent.from), last), perPixel };
}

export function pan(view: View, pixels: number, extent: Extent, width: number): View {
  return clamp({ ...view, start: view.start + pixels * view.perPixel }, extent, width);
}

/** @param factor above 1: closer; what is at pixel x stays there */
export function zoom(view: View, factor: number, x: number, extent: Extent, width: number): View {
  const perPixel = clamp({ ...view, perPixel: view.perPixel / factor }, extent, width).perPixel;
  return clamp({ start: timeAt(view, x) - x * perPixel, perPixel }, extent, width);
}

/** The view moved so that a time is in its middle. */
export function centre(view: View, time: number, extent: Extent, width: number): View {
  return clamp({ ...view, start: time - (width / 2) * view.perPixel }, extent, width);
}

export interface Tick {
  readonly time: number;
  readonly label: string;
}

const UNITS: ReadonlyArray<readonly [string, number]> = [['s', 1e9], ['ms', 1e6], ['µs', 1e3], ['ns', 1]];
/** Room for a label, CSS pixels. */
const LABEL = 96;

/** Round times across the picture, at least a label's width apart. */
export function ticks(view: View, width: number): Tick[] {
  const step = roundStep(LABEL * view.perPixel);
  const [unit, size] = UNITS.find(([, of]) => step >= of) ?? UNITS[3]!;
  const decimals = Math.max(0, -Math.floor(Math.log10(step / size) + 1e-9));
  const found: Tick[] = [];
  for (let n = Math.ceil(view.start / step); n * step <= timeAt(view, width); n += 1) {
    found.push({ time: n * step, label: `${((n * step) / size).toFixed(decimals)} ${unit}` });
  }
  return found;
}

function roundStep(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least));
  return decade * ([1, 2, 5].find((step) => step * decade >= least) ?? 10);
}

/** A length of time in a unit that fits, with four digits. */
export function duration(ns: number): string {
  const [unit, size] = UNITS.find(([, of]) => Math.abs(ns) >= of) ?? UNITS[3]!;
  return `${Number((ns / size).toPrecision(4))} ${unit}`;
}

/** A moment to the ns: `1.234567890 s`. */
export function moment(ns: number): string {
  return `${(ns / 1e9).toFixed(9)} s`;
}
