import type { PartingKind, PartingPlace } from '../format/run.js';
import { hitAt, type Hit } from './hit.js';
import { AXIS, GUTTER, layoutOf, topOf, type Layout } from './layout.js';
import { LanePainter, type ColourBy, type Picture } from './lane-painter.js';
import { drawBalances, drawDecisions, drawLine, drawMoves, drawNames, drawRing, lanesInSight, type Scene } from './marks.js';
import type { Palette } from './palette.js';
import type { RunData } from './run-data.js';
import { pixelOf, ticks, type View } from './view.js';

/** What is drawn, beside the run itself. */
export interface Look {
  readonly view: View;
  readonly laneHeight: number;
  readonly scroll: number;
  readonly by: ColourBy;
  readonly moves: boolean;
  readonly balancing: boolean;
  readonly palette: Palette;
  /** A time that the pointer is at in either run, null where it is in none. */
  readonly hover: number | null;
}

/** One run on one canvas. */
export class RunView {
  /** Where it parts from the run beside it. */
  parting: { readonly kind: PartingKind; readonly own: PartingPlace; readonly other: PartingPlace } | null = null;
  selected: Hit | null = null;
  private readonly context: CanvasRenderingContext2D;
  private painter: LanePainter;
  private by: ColourBy = 'task';
  private image: ImageData | null = null;
  private picture: Picture = { pixels: new Uint32Array(0), width: 0, height: 0 };
  private layout: Layout = layoutOf(1, 8, 0, 0);
  private screen = 1;

  constructor(readonly data: RunData, readonly canvas: HTMLCanvasElement, private readonly colours: number) {
    this.context = canvas.getContext('2d', { alpha: false })!;
    this.painter = new LanePainter(data, this.by, colours);
  }

  /** CSS pixels that lanes are wide, and the room that they have from top to bottom. */
  get width(): number {
    return Math.max(1, this.canvas.clientWidth - GUTTER);
  }

  get room(): number {
    return Math.max(1, this.canvas.clientHeight - AXIS);
  }

  get mostScroll(): number {
    return Math.max(0, this.layout.lanes * this.layout.pitch - this.room);
  }

  draw(look: Look): void {
    if (look.by !== this.by) {
      this.by = look.by;
      this.painter = new LanePainter(this.data, look.by, this.colours);
    }
    this.layout = layoutOf(this.data.header.cpus, look.laneHeight, look.scroll, this.room);
    this.resize(look);
    const { context, layout, width } = this;
    const height = this.room;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = look.palette.ground;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawLanes(look);
    context.setTransform(this.screen, 0, 0, this.screen, GUTTER * this.screen, AXIS * this.screen);
    context.save();
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    const scene: Scene = { context, data: this.data, view: look.view, layout, palette: look.palette, width, height };
    this.drawMarks(scene, look);
    context.restore();
    this.drawAxis(scene);
    this.drawGutter(scene);
  }

  /** @param x and y from the canvas' corner, CSS pixels */
  hit(x: number, y: number, view: View): Hit | null {
    const unit = Math.floor((this.layout.wait * this.screen) / this.painter.depth) / this.screen;
    const rows = unit >= 4 ? { of: (lane: number, wait: number) => this.painter.rowOf(lane, wait), height: unit } : undefined;
    return x < GUTTER ? null : hitAt(this.data, view, this.layout, x - GUTTER, y - AXIS, rows);
  }

  /** How far the lanes must be scrolled so that a lane is to be seen. */
  scrollTo(lane: number): number {
    const { pitch, scroll } = this.layout;
    const top = lane * pitch;
    if (top < scroll) return top;
    return top + pitch > scroll + this.room ? top + pitch - this.room : scroll;
  }

  private resize({ palette }: Look): void {
    this.screen = Math.max(1, window.devicePixelRatio);
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight].map((length) => Math.round(length * this.screen)) as [number, number];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const inside = { width: Math.max(1, Math.round(this.width * this.screen)), height: Math.max(1, Math.round(this.room * this.screen)) };
    if (this.image?.width !== inside.width || this.image.height !== inside.height) {
      this.image = new ImageData(inside.width, inside.height);
      this.picture = { pixels: new Uint32Array(this.image.data.buffer), ...inside };
    }
    this.canvas.style.backgroundColor = palette.ground;
  }

  private drawLanes({ view, palette }: Look): void {
    const { screen, layout } = this;
    const scaled: Layout = {
      lanes: layout.lanes,
      pitch: Math.round(layout.pitch * screen),
      run: Math.round(layout.run * screen),
      wait: Math.round(layout.wait * screen),
      marks: Math.round(layout.marks * screen),
      scroll: Math.round(layout.scroll * screen),
    };
    this.painter.paint(this.picture, { start: view.start, perPixel: view.perPixel / screen }, scaled, palette);
    this.context.putImageData(this.image!, Math.round(GUTTER * screen), Math.round(AXIS * screen));
  }

  private drawMarks(scene: Scene, look: Look): void {
    const { palette, data } = scene;
    if (look.balancing) drawBalances(scene);
    drawNames(scene);
    if (look.balancing) drawDecisions(scene);
    if (look.moves) drawMoves(scene);
    const { parting } = this;
    if (parting !== null) drawLine(scene, parting.own.ts - data.header.startNs, 'here the runs part', palette.parts, [6, 3]);
    if (look.hover !== null) drawLine(scene, look.hover, '', palette.muted, [2, 2]);
    this.drawSelection(scene);
  }

  private drawSelection(scene: Scene): void {
    const { selected, layout, data } = this;
    const { view, palette, context } = scene;
    if (selected === null || selected.kind === 'lane') return;
    if (selected.kind === 'decision' || selected.kind === 'balance') {
      const from = selected.kind === 'decision' ? data.decisions : data.balances;
      const [time, lane] = [from.ts[selected.row]!, from.lane[selected.row]!];
      drawLine(scene, time, '', palette.selection, []);
      const y = topOf(layout, lane) + (layout.marks === 0 ? layout.run / 2 : layout.run + layout.wait + layout.marks / 2);
      drawRing(scene, pixelOf(view, time), y);
      return;
    }
    const { start, end } = selected.kind === 'slice' ? data.slices : data.waits;
    const [left, right] = [start[selected.stretch]!, end[selected.stretch]!].map((time) => pixelOf(view, time)) as [number, number];
    const top = topOf(layout, selected.lane) + (selected.kind === 'slice' ? 0 : layout.run);
    context.strokeStyle = palette.selection;
    context.lineWidth = 2;
    context.strokeRect(left, top + 1, Math.max(2, right - left), (selected.kind === 'slice' ? layout.run : layout.wait) - 2);
  }

  private drawAxis({ context, view, palette, width }: Scene): void {
    context.font = '11px sans-serif';
    context.textBaseline = 'bottom';
    context.textAlign = 'left';
    context.fillStyle = palette.muted;
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    const { startNs } = this.data.header;
    for (const { time, label } of ticks({ ...view, start: view.start + startNs }, width)) {
      const x = Math.round(pixelOf(view, time - startNs)) + 0.5;
      context.beginPath();
      context.moveTo(x, -6);
      context.lineTo(x, 0);
      context.stroke();
      if (x + 60 < width) context.fillText(label, x + 3, -4);
    }
  }

  private drawGutter({ context, palette, height, layout }: Scene): void {
    context.save();
    context.beginPath();
    context.rect(-GUTTER, 0, GUTTER, height);
    context.clip();
    context.font = '11px sans-serif';
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    context.fillStyle = palette.muted;
    // Numbers need their height: of flat lanes every second or fourth has one.
    const every = Math.max(1, Math.ceil(12 / layout.pitch));
    for (const lane of lanesInSight(layout, height)) {
      if (lane % every === 0) context.fillText(String(lane), -6, topOf(layout, lane) + Math.min(layout.pitch / 2, 12));
    }
    context.restore();
  }
}
