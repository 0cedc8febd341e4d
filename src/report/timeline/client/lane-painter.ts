import { heatColours, hotParts } from './heat.js';
import { topOf, type Layout } from './layout.js';
import { Levels, type Visitor } from './levels.js';
import { pixel, SHADES, shades, type Palette } from './palette.js';
import type { RunData } from './run-data.js';
import type { View } from './view.js';
import { waitRows } from './wait-rows.js';

/** What the colour of who runs says. */
export type ColourBy = 'task' | 'heat';

/** A picture in memory: one number a pixel, row by row. All lengths here are pixels of the screen, not of CSS. */
export interface Picture {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Waits are drawn each by itself where a row is at least so high, and no more than so many are in sight. */
const ROW_HEIGHT = 4;
const SINGLE_WAITS = 3000;
/** Pixels that what is put together may be wide. */
const COARSE = 1.5;

/** Draws lanes: who runs, and below it who waits. Levels of detail are made when a lane is first drawn. */
export class LanePainter {
  private readonly run: Array<Levels | undefined> = [];
  private readonly wait: Array<Levels | undefined> = [];
  private readonly rows: Array<Uint8Array | undefined> = [];
  private readonly columns = new Columns();
  private readonly colours: Uint8Array;
  private readonly plain: Uint8Array;
  /** How long of each wait its task is hot, ns. */
  private readonly hot: Float64Array;
  /** Tasks that a lane's height is for. */
  readonly depth: number;

  constructor(private readonly data: RunData, private readonly by: ColourBy, colourCount: number) {
    const { slices, waits } = data;
    this.colours = by === 'heat' ? heatColours(data) : taskColours(slices.task, colourCount);
    this.plain = new Uint8Array(waits.start.length);
    this.hot = hotParts(data);
    this.depth = depthOf(data);
  }

  /** @param view and layout in pixels of the screen; the lanes begin at the picture's top */
  paint(picture: Picture, view: View, layout: Layout, palette: Palette): void {
    const run = (this.by === 'heat' ? palette.heat : palette.tasks).map((colour) => shades(palette.lane, colour));
    const wait: WaitColours = { lane: pixel(palette.lane), hot: pixel(palette.waitHot), cold: pixel(palette.waitCold) };
    picture.pixels.fill(pixel(palette.ground));
    const first = Math.max(0, Math.floor(layout.scroll / layout.pitch));
    for (let lane = first; lane < layout.lanes && topOf(layout, lane) < picture.height; lane += 1) {
      this.paintRun(picture, view, layout, lane, run);
      this.paintWaits(picture, view, layout, lane, wait);
    }
  }

  private paintRun(picture: Picture, view: View, layout: Layout, lane: number, colours: readonly Uint32Array[]): void {
    const { columns } = this;
    columns.begin(view, picture.width);
    this.runLevels(lane).visit(view.start, view.start + picture.width * view.perPixel, COARSE * view.perPixel, columns);
    const row = columns.shaded(colours);
    const top = topOf(layout, lane);
    fillRows(picture, row, Math.max(0, top), Math.min(picture.height, top + layout.run));
  }

  private paintWaits(picture: Picture, view: View, layout: Layout, lane: number, colours: WaitColours): void {
    const top = topOf(layout, lane) + layout.run;
    fillBox(picture, 0, picture.width, top + layout.wait, top + layout.wait + layout.marks, colours.lane);
    const levels = this.waitLevels(lane);
    const to = view.start + picture.width * view.perPixel;
    const unit = layout.wait / this.depth;
    if (unit >= ROW_HEIGHT) {
      fillBox(picture, 0, picture.width, top, top + layout.wait, colours.lane);
      const single = new SingleWaits(picture, view, top, layout.wait, Math.floor(unit), this, lane, colours);
      levels.visit(view.start, to, view.perPixel, single);
      if (single.count <= SINGLE_WAITS) return;
    }
    const { columns } = this;
    columns.begin(view, picture.width);
    levels.visit(view.start, to, COARSE * view.perPixel, columns);
    fillDepth(picture, columns, unit, top, layout.wait, colours);
  }

  /** The row of a wait below who runs. */
  rowOf(lane: number, wait: number): number {
    const { first, start, end } = this.data.waits;
    const rows = (this.rows[lane] ??= waitRows(start, end, first[lane]!, first[lane + 1]!));
    return rows[wait - first[lane]!]!;
  }

  private runLevels(lane: number): Levels {
    const { first, start, end } = this.data.slices;
    const leaves = { start, end, colour: this.colours, part: null };
    return (this.run[lane] ??= new Levels(leaves, first[lane]!, first[lane + 1]!));
  }

  private waitLevels(lane: number): Levels {
    const { first, start, end } = this.data.waits;
    const leaves = { start, end, colour: this.plain, part: this.hot };
    return (this.wait[lane] ??= new Levels(leaves, first[lane]!, first[lane + 1]!));
  }
}

interface WaitColours {
  readonly lane: number;
  readonly hot: number;
  readonly cold: number;
}

/** What each column of pixels is covered with: how much of it, and the colour that has the most. */
class Columns implements Visitor {
  /** Share of the column's time; above 1 where stretches lie over each other. */
  covered = new Float32Array(0);
  best = new Float32Array(0);
  private colour = new Uint8Array(0);
  private row = new Uint32Array(0);
  private view: View = { start: 0, perPixel: 1 };

  begin(view: View, width: number): void {
    if (this.covered.length !== width) {
      this.covered = new Float32Array(width);
      this.best = new Float32Array(width);
      this.colour = new Uint8Array(width);
      this.row = new Uint32Array(width);
    } else {
      this.covered.fill(0);
      this.best.fill(0);
    }
    this.view = view;
  }

  visit(start: number, end: number, total: number, part: number, colour: number, leaf: number): void {
    const { start: left, perPixel } = this.view;
    const last = this.covered.length - 1;
    const from = (start - left) / perPixel;
    const to = (end - left) / perPixel;
    if (leaf < 0 || to - from <= 1) {
      // Few columns: each has its share, as if it were spread evenly.
      const stop = Math.min(last, Math.ceil(to) - 1);
      const all = 1 / ((to - from) * perPixel);
      for (let x = Math.max(0, Math.floor(from)); x <= stop; x += 1) {
        const share = ((to < x + 1 ? to : x + 1) - (from > x ? from : x)) * all;
        this.add(x, total * share, part * share, colour);
      }
      return;
    }
    // A single stretch. Of a wait the first part is hot, of who runs all is of its colour.
    const hotTo = from + part / perPixel;
    const stop = Math.min(last, Math.ceil(to) - 1);
    for (let x = Math.max(0, Math.floor(from)); x <= stop; x += 1) {
      const share = Math.min(to, x + 1) - Math.max(from, x);
      this.add(x, share, Math.max(0, Math.min(hotTo, x + 1) - Math.max(from, x)), colour);
    }
  }

  /** A row of pixels, each of the colour that has most of it, as strong as it is covered. */
  shaded(colours: readonly Uint32Array[]): Uint32Array {
    const { row, covered, colour } = this;
    for (let x = 0; x < row.length; x += 1) {
      const share = covered[x]! > 1 ? 1 : covered[x]!;
      row[x] = colours[colour[x]!]![share === 0 ? 0 : Math.max(1, Math.round(share * SHADES))]!;
    }
    return row;
  }

  private add(x: number, share: number, part: number, colour: number): void {
    this.covered[x]! += share;
    if (colour === this.colour[x]) {
      this.best[x]! += part;
    } else if (part > this.best[x]!) {
      this.best[x] = part;
      this.colour[x] = colour;
    }
  }
}

/** Draws waits one by one, each in its row, hot at first and then cold. */
class SingleWaits implements Visitor {
  count = 0;

  constructor(
    private readonly picture: Picture, private readonly view: View, private readonly top: number, private readonly room: number,
    private readonly unit: number, private readonly painter: LanePainter, private readonly lane: number,
    private readonly colours: WaitColours,
  ) {}

  visit(start: number, end: number, _total: number, part: number, _colour: number, leaf: number): void {
    // Where stretches have to be put together there are too many.
    if (leaf < 0) this.count = Infinity;
    if (this.count > SINGLE_WAITS) return;
    this.count += 1;
    const row = this.painter.rowOf(this.lane, leaf);
    if ((row + 1) * this.unit > this.room) return;
    const { start: left, perPixel } = this.view;
    const x = (time: number): number => Math.max(0, Math.min(this.picture.width, Math.round((time - left) / perPixel)));
    const y = this.top + row * this.unit;
    const [from, turn, to] = [x(start), x(start + part), x(end)];
    fillBox(this.picture, from, turn, y, y + this.unit - 1, this.colours.hot);
    fillBox(this.picture, turn, Math.max(to, from + 1), y, y + this.unit - 1, this.colours.cold);
  }
}

function taskColours(task: Uint32Array, count: number): Uint8Array {
  const colours = new Uint8Array(task.length);
  for (let i = 0; i < colours.length; i += 1) colours[i] = task[i]! % count;
  return colours;
}

/** How many waiting tasks a lane is high enough for: most of the time there are no more. */
function depthOf({ waits, length, header }: RunData): number {
  let total = 0;
  for (let i = 0; i < waits.start.length; i += 1) total += waits.end[i]! - waits.start[i]!;
  const mean = length === 0 ? 0 : total / length / header.cpus;
  return Math.max(3, Math.ceil(2.5 * mean));
}

/** Columns of waiting tasks from the top down: the hot share of each first, then the cold one. */
function fillDepth({ pixels, width, height }: Picture, columns: Columns, unit: number, top: number, room: number, { lane, hot, cold }: WaitColours): void {
  const { covered, best } = columns;
  const stop = Math.min(height, top + room);
  for (let y = Math.max(0, top); y < stop; y += 1) {
    // Half a task more than the rows above counts: what is there at all has a row.
    const from = (y - top) / unit + 1e-6;
    const middle = (y - top + 0.5) / unit;
    let at = y * width;
    for (let x = 0; x < width; x += 1, at += 1) pixels[at] = covered[x]! <= from ? lane : best[x]! > middle ? hot : cold;
  }
}

function fillRows({ pixels, width }: Picture, row: Uint32Array, from: number, to: number): void {
  for (let y = Math.round(from); y < to; y += 1) pixels.set(row, y * width);
}

function fillBox({ pixels, width, height }: Picture, left: number, right: number, top: number, bottom: number, colour: number): void {
  const stop = Math.min(height, bottom);
  for (let y = Math.max(0, top); y < stop; y += 1) pixels.fill(colour, y * width + left, y * width + right);
}
