import { MOVE_CAUSES, MOVE_FORCE } from '../format/run.js';
import { topOf, type Layout } from './layout.js';
import { lowerBound, placeAt } from './lane-rows.js';
import type { Palette } from './palette.js';
import { taskName, type RunData } from './run-data.js';
import { pixelOf, timeAt, type View } from './view.js';

/** What is drawn over the lanes; lengths are CSS pixels, from the lanes' left edge and the first lane's top. */
export interface Scene {
  readonly context: CanvasRenderingContext2D;
  readonly data: RunData;
  readonly view: View;
  readonly layout: Layout;
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
}

/** No more lines than this are drawn for migrations; where there are more in sight, only those that were forced. */
export const MOST_LINES = 600;
/** nr_balance_failed that reaches the top of the strip. */
const FAILED_TOP = 6;
const MARK = 5;
/** Least distance of the strokes of balances, CSS pixels. */
const STROKE_GAP = 2;
/** Least mean distance at which decisions have shapes, CSS pixels; closer ones are strokes of a colour. */
const SHAPE_GAP = 9;

/** How the stock kernel would have answered, as against how it was answered. */
export function otherThanStock({ decisions }: RunData, row: number): boolean {
  const stock = decisions.stock[row]!;
  return stock >= 0 && stock > 0 !== decisions.result[row]! > 0;
}

/** The names of who runs, where there is room. */
export function drawNames({ context, data, view, layout, palette, width, height }: Scene): void {
  if (layout.run < 11) return;
  const { first, start, end, task } = data.slices;
  context.font = '11px sans-serif';
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const lane of lanesInSight(layout, height)) {
    let i = Math.max(first[lane]!, lowerBound(start, view.start, first[lane], first[lane + 1]) - 1);
    const stop = lowerBound(start, timeAt(view, width), i, first[lane + 1]);
    if (stop - i > width / 20) continue;
    for (; i < stop; i += 1) {
      const left = Math.max(0, pixelOf(view, start[i]!));
      const room = Math.min(width, pixelOf(view, end[i]!)) - left;
      if (room < 42) continue;
      const characters = Math.floor((room - 6) / 6.2);
      const y = topOf(layout, lane) + layout.run / 2;
      const name = taskName(data, task[i]!).slice(0, characters);
      context.lineWidth = 3;
      context.strokeStyle = palette.ground;
      context.strokeText(name, left + 4, y);
      context.fillStyle = palette.ink;
      context.fillText(name, left + 4, y);
    }
  }
}

/** Attempts to balance as strokes, longer where they moved something, and nr_balance_failed as a line that steps. */
export function drawBalances({ context, data, view, layout, palette, width, height }: Scene): void {
  if (layout.marks === 0) return;
  const { ts, stage, moved, byLane, failedMost } = data.balances;
  const end = timeAt(view, width);
  for (const lane of lanesInSight(layout, height)) {
    const bottom = topOf(layout, lane) + layout.run + layout.wait + layout.marks;
    const level = (failed: number): number => bottom - 0.5 - ((layout.marks - 1) * Math.min(failed, FAILED_TOP)) / FAILED_TOP;
    const begin = placeAt(byLane, lane, ts, view.start);
    const stop = placeAt(byLane, lane, ts, end);
    let value = begin > byLane.first[lane]! ? failedMost[begin - 1]! : 0;
    const failed = new Path2D();
    const strokes = new Path2D();
    failed.moveTo(0, level(value));
    // What a pixel or two cannot show apart is one stroke, as long as the longest of them.
    for (let at = begin; at < stop; ) {
      const x = pixelOf(view, ts[byLane.rows[at]!]!);
      let [share, highest] = [0, 0];
      for (; at < stop && pixelOf(view, ts[byLane.rows[at]!]!) < x + STROKE_GAP; at += 1) {
        const row = byLane.rows[at]!;
        share = Math.max(share, moved[row]! > 0 ? 1 : stage[row] === 3 ? 0.55 : 0.25);
        highest = Math.max(highest, failedMost[at]!);
      }
      if (highest !== value) {
        failed.lineTo(x, level(value));
        failed.lineTo(x, level(highest));
        value = highest;
      }
      strokes.rect(x - 0.5, bottom - layout.marks * share, 1, layout.marks * share);
    }
    failed.lineTo(width, level(value));
    context.fillStyle = palette.muted;
    context.fill(strokes);
    context.strokeStyle = palette.failed;
    context.lineWidth = 1.25;
    context.stroke(failed);
  }
}

/** How much a decision matters where several fall on the same spot. */
function rank(data: RunData, row: number): number {
  return data.decisions.result[row]! + (otherThanStock(data, row) ? 3 : 0);
}

/** can_migrate_task(): a ring for no, a disc for yes, a diamond for forced, a square around what stock would not have said. */
export function drawDecisions(scene: Scene): void {
  const { data, view, layout, width, height } = scene;
  const { ts, byLane } = data.decisions;
  for (const lane of lanesInSight(layout, height)) {
    const y = topOf(layout, lane) + layout.run + layout.wait + layout.marks / 2 - (layout.marks === 0 ? layout.run / 2 : 0);
    const begin = placeAt(byLane, lane, ts, view.start);
    const stop = placeAt(byLane, lane, ts, timeAt(view, width));
    const shapes = (stop - begin) * SHAPE_GAP <= width;
    for (let at = begin; at < stop; ) {
      const x = pixelOf(view, ts[byLane.rows[at]!]!);
      let best = byLane.rows[at]!;
      for (at += 1; at < stop && pixelOf(view, ts[byLane.rows[at]!]!) < x + STROKE_GAP; at += 1) {
        if (rank(data, byLane.rows[at]!) >= rank(data, best)) best = byLane.rows[at]!;
      }
      if (shapes) drawDecision(scene, best, pixelOf(view, ts[best]!), y);
      else drawStroke(scene, best, x, y);
    }
  }
}

/** A decision among many: what was refused as stock would have is left out. */
function drawStroke({ context, data, palette, layout }: Scene, row: number, x: number, y: number): void {
  const result = data.decisions.result[row]!;
  const other = otherThanStock(data, row);
  if (result === 0 && !other) return;
  // Over flat lanes only what matters hides who runs.
  if (layout.marks === 0 && result !== 2 && !other) return;
  const half = layout.marks === 0 ? 2 : layout.marks / 2 - 1;
  context.fillStyle = other ? palette.byPolicy : result === 2 ? palette.forced : palette.ink;
  context.fillRect(x - 0.75, y - half, 1.5, 2 * half);
}

function drawDecision({ context, data, palette, layout }: Scene, row: number, x: number, y: number): void {
  const size = Math.min(MARK, Math.max(2.5, layout.marks / 2 - 1));
  const result = data.decisions.result[row]!;
  const other = otherThanStock(data, row);
  context.beginPath();
  if (result === 2) diamond(context, x, y, size);
  else context.arc(x, y, size * 0.7, 0, 2 * Math.PI);
  context.fillStyle = result === 2 ? (other ? palette.byPolicy : palette.forced) : result === 1 ? palette.ink : palette.ground;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = result === 0 ? palette.muted : palette.ground;
  context.stroke();
  if (!other) return;
  context.lineWidth = 1.5;
  context.strokeStyle = palette.byPolicy;
  context.strokeRect(x - size - 1.5, y - size - 1.5, 2 * size + 3, 2 * size + 3);
}

const DASHES: readonly number[][] = [[1, 3], [], [5, 3], [2, 2], [2, 2]];

/** Migrations as arrows from CPU to CPU; forced ones thick, with a diamond where the task arrives. */
export function drawMoves({ context, data, view, layout, palette, width }: Scene): void {
  const { ts, from, to, cause, force } = data.moves;
  const first = lowerBound(ts, view.start);
  const last = lowerBound(ts, timeAt(view, width));
  const all = last - first <= MOST_LINES;
  let lines = 0;
  for (let row = first; row < last && lines < MOST_LINES; row += 1) {
    const forced = force[row] !== MOVE_FORCE.none;
    if (!all && !forced) continue;
    lines += 1;
    const x = pixelOf(view, ts[row]!);
    const [y, target] = [from[row]!, to[row]!].map((lane) => topOf(layout, lane) + layout.run / 2) as [number, number];
    const colour = !forced ? palette.muted : force[row] === MOVE_FORCE.policy ? palette.byPolicy : palette.forced;
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = forced ? 2 : 1;
    context.setLineDash(forced ? [] : DASHES[cause[row]!]!);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x, target);
    context.stroke();
    context.beginPath();
    if (forced) diamond(context, x, target, MARK);
    else arrow(context, x, target, target > y ? 1 : -1, cause[row] === MOVE_CAUSES.indexOf('wake-up') ? 2.5 : 4);
    context.fill();
  }
  context.setLineDash([]);
}

/** A line from top to bottom, with words at its top where there are some. */
export function drawLine({ context, palette, view, width, height }: Scene, time: number, words: string, colour: string, dash: number[]): void {
  const x = pixelOf(view, time);
  if (x < 0 || x > width) return;
  context.strokeStyle = colour;
  context.lineWidth = words === '' ? 1 : 2;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
  context.setLineDash([]);
  if (words === '') return;
  context.font = 'bold 11px sans-serif';
  context.textBaseline = 'top';
  const room = context.measureText(words).width + 8;
  const left = x + room > width ? x - room : x;
  context.fillStyle = colour;
  context.fillRect(left, 0, room, 16);
  context.fillStyle = palette.ground;
  context.textAlign = 'left';
  context.fillText(words, left + 4, 3);
}

/** Rings what was chosen. */
export function drawRing({ context, palette }: Scene, x: number, y: number): void {
  context.strokeStyle = palette.selection;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, MARK + 4, 0, 2 * Math.PI);
  context.stroke();
}

export function* lanesInSight(layout: Layout, height: number): Generator<number> {
  for (let lane = Math.floor(layout.scroll / layout.pitch); lane < layout.lanes && topOf(layout, lane) < height; lane += 1) yield lane;
}

function diamond(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.closePath();
}

function arrow(context: CanvasRenderingContext2D, x: number, y: number, direction: 1 | -1, size: number): void {
  context.moveTo(x, y);
  context.lineTo(x - size, y - direction * size * 1.6);
  context.lineTo(x + size, y - direction * size * 1.6);
  context.closePath();
}
