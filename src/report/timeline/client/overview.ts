import { MOVE_FORCE } from '../format/run.js';
import type { Palette } from './palette.js';
import type { RunData } from './run-data.js';
import type { Stretches } from './stretches.js';
import type { Extent, View } from './view.js';

/** The share of the CPUs that are busy in each column of a picture of a whole run. */
export function busyShares({ start, end }: Stretches, cpus: number, extent: Extent, columns: number): Float32Array {
  const shares = new Float32Array(columns);
  const perColumn = (extent.to - extent.from) / columns;
  for (let i = 0; i < start.length; i += 1) {
    const from = (start[i]! - extent.from) / perColumn;
    const to = Math.min(columns, (end[i]! - extent.from) / perColumn);
    for (let x = Math.floor(from); x < to; x += 1) shares[x]! += (Math.min(to, x + 1) - Math.max(from, x)) / cpus;
  }
  return shares;
}

/** The whole run in a strip: how many CPUs are busy, the forced migrations, and what the lanes show of it. */
export class Overview {
  private shares: Float32Array = new Float32Array(0);

  constructor(private readonly data: RunData, readonly canvas: HTMLCanvasElement) {}

  /** @param parting when the run parts from the one beside it, null where it does not */
  draw(view: View, width: number, extent: Extent, palette: Palette, parting: number | null): void {
    const { canvas, data } = this;
    const screen = Math.max(1, window.devicePixelRatio);
    const [across, high] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(across * screen)) {
      canvas.width = Math.round(across * screen);
      canvas.height = Math.round(high * screen);
    }
    if (this.shares.length !== across) this.shares = busyShares(data.slices, data.header.cpus, extent, across);
    const context = canvas.getContext('2d')!;
    context.setTransform(screen, 0, 0, screen, 0, 0);
    context.fillStyle = palette.lane;
    context.fillRect(0, 0, across, high);
    context.fillStyle = palette.muted;
    this.shares.forEach((share, x) => context.fillRect(x, high - share * (high - 6), 1, share * (high - 6)));
    const xOf = (time: number): number => ((time - extent.from) / (extent.to - extent.from)) * across;
    const { ts, force, rows } = data.moves;
    for (let row = 0; row < rows; row += 1) {
      if (force[row] === MOVE_FORCE.none) continue;
      context.fillStyle = force[row] === MOVE_FORCE.policy ? palette.byPolicy : palette.forced;
      context.fillRect(xOf(ts[row]!), 0, 1, 5);
    }
    if (parting !== null) {
      context.fillStyle = palette.parts;
      context.fillRect(xOf(parting) - 1, 0, 2, high);
    }
    context.strokeStyle = palette.selection;
    context.lineWidth = 2;
    const left = xOf(view.start);
    context.strokeRect(left + 1, 1, Math.max(2, xOf(view.start + width * view.perPixel) - left - 2), high - 2);
  }
}
