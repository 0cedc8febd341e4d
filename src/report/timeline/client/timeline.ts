import { showAbout } from './details.js';
import { button, checkbox, choice, element } from './dom.js';
import type { Hit } from './hit.js';
import { actionOf, type Action } from './keys.js';
import { AXIS, GUTTER, HEIGHTS, heightFor } from './layout.js';
import type { ColourBy } from './lane-painter.js';
import { Overview } from './overview.js';
import { DARK, LIGHT, type Palette } from './palette.js';
import type { RunData } from './run-data.js';
import { RunView } from './run-view.js';
import { stepDecision, stepForced } from './steps.js';
import { centre, clamp, fit, pan, timeAt, zoom, type Extent, type View } from './view.js';
import { aboutBalance, aboutDecision, aboutSlice, aboutWait, answerOf, moveWords, partingWords, type About, type Line } from './words.js';

/** Share of the window's height that lanes take at most. */
const TALLEST = 0.62;
/** What a step of the wheel zooms by. */
const WHEEL = 1.0018;

/** Runs above or beside each other, looked at together: one view, one scroll, one pointer. */
export class Timeline {
  private view: View = { start: 0, perPixel: 1 };
  private laneHeight = HEIGHTS[0]!;
  private scroll = 0;
  private by: ColourBy = 'task';
  private moves = true;
  private balancing = true;
  private hover: number | null = null;
  private palette: Palette = LIGHT;
  private waiting = false;
  private leaving = false;
  private views: RunView[] = [];
  private overview: Overview;
  private active = 0;
  private readonly place: HTMLElement;
  private readonly details: HTMLElement;
  private readonly colourChoice: HTMLSelectElement;

  constructor(private readonly root: HTMLElement, private readonly runs: readonly RunData[]) {
    const strip = element('canvas', { class: 'timeline-overview', 'aria-hidden': 'true' });
    this.place = element('div', { class: 'timeline-runs' });
    this.details = element('div', { class: 'timeline-details', 'aria-live': 'polite' });
    const colours = choice('Colour:', [['task', 'by task'], ['heat', 'by heat']], 'task', (by) => this.act({ do: 'heat' }, by as ColourBy));
    this.colourChoice = colours.select;
    root.replaceChildren(this.toolbar(colours.label), strip, this.place, this.details);
    this.overview = new Overview(runs[0]!, strip);
    this.followOverview(strip);
    this.show(runs.slice(0, 2));
    this.followSystem();
    this.details.append(element('p', { class: 'muted' }, 'Nothing is chosen. Click a mark, a task or a queue.'));
  }

  /** Puts runs on the page, one or two. */
  private show(runs: readonly RunData[]): void {
    this.views = runs.map((data, i) => this.viewOf(data, i));
    this.views.forEach((view, i) => (view.parting = this.partingOf(view.data, runs[1 - i])));
    this.place.replaceChildren(...this.views.map(({ data, canvas }) => element('figure', {}, captionOf(data), canvas)));
    this.place.dataset['runs'] = String(runs.length);
    this.active = 0;
    this.overview = new Overview(runs[0]!, this.overview.canvas);
    this.settle();
    this.view = fit(this.extent, this.width);
    this.redraw();
  }

  /** Where a run parts from the one beside it, which is known where one of them is the page's first. */
  private partingOf({ header }: RunData, beside: RunData | undefined): RunView['parting'] {
    if (beside === this.runs[0] && header.parts !== null) return { ...header.parts, other: header.parts.first };
    if (header !== this.runs[0]!.header || beside?.header.parts == null) return null;
    const { kind, first, own } = beside.header.parts;
    return { kind, own: first, other: own };
  }

  private viewOf(data: RunData, i: number): RunView {
    const canvas = element('canvas', { tabindex: '0', role: 'application', 'aria-label': `Run queues of ${data.header.label}`, 'aria-describedby': 'timeline-keys' });
    const view = new RunView(data, canvas, LIGHT.tasks.length);
    canvas.addEventListener('focus', () => {
      this.active = i;
      this.leaving = false;
    });
    canvas.addEventListener('keydown', (event) => this.key(event));
    this.followPointer(view, i);
    return view;
  }

  private toolbar(colours: HTMLElement): HTMLElement {
    const act = (action: Action) => (): void => this.act(action);
    const runChoices = this.runs.length > 2 ? [0, 1].map((side) => this.runChoice(side)) : [];
    const parts = this.runs.some(({ header }) => header.parts !== null);
    return element(
      'div', { class: 'timeline-bar', role: 'toolbar', 'aria-label': 'Timeline' },
      ...runChoices,
      button('+', 'Closer (+)', act({ do: 'zoom', factor: 1.6 })),
      button('−', 'Farther (-)', act({ do: 'zoom', factor: 1 / 1.6 })),
      button('All', 'The whole run (0)', act({ do: 'fit' })),
      button('‹ forced', 'The forced migration before (p)', act({ do: 'forced', step: -1 })),
      button('forced ›', 'The next forced migration (n)', act({ do: 'forced', step: 1 })),
      ...(parts ? [button('Where they part', 'The first decision at which the runs part (d)', act({ do: 'divergence' }))] : []),
      button('Higher', 'Higher lanes (])', act({ do: 'higher' })),
      button('Flatter', 'Flatter lanes ([)', act({ do: 'lower' })),
      colours,
      checkbox('migrations', true, (on) => this.set({ moves: on })),
      checkbox('balancing', true, (on) => this.set({ balancing: on })),
      ...(this.runs.length > 1 ? [checkbox('above each other', false, (on) => this.stack(on))] : []),
    );
  }

  private runChoice(side: number): HTMLElement {
    const options = this.runs.map(({ header }, i) => [String(i), header.label] as const);
    const shown = [0, 1];
    return choice(side === 0 ? 'Left' : 'Right', options, String(side), (value) => {
      shown[side] = Number(value);
      this.show(this.views.map(({ data }, i) => (i === side ? this.runs[Number(value)]! : data)));
    }).label;
  }

  private set(change: { readonly moves?: boolean; readonly balancing?: boolean }): void {
    this.moves = change.moves ?? this.moves;
    this.balancing = change.balancing ?? this.balancing;
    this.redraw();
  }

  private stack(on: boolean): void {
    this.place.classList.toggle('stacked', on);
    this.resized();
  }

  private get extent(): Extent {
    return { from: 0, to: Math.max(1, ...this.views.map(({ data }) => data.length)) };
  }

  private get width(): number {
    return this.views[0]!.width;
  }

  private get current(): RunView {
    return this.views[this.active] ?? this.views[0]!;
  }

  /** Heights that fit the window and the number of CPUs. */
  private settle(): void {
    const lanes = Math.max(...this.views.map(({ data }) => data.header.cpus));
    const room = Math.max(200, Math.floor(window.innerHeight * TALLEST)) - AXIS;
    this.laneHeight = heightFor(lanes, room);
    this.sizeCanvases(lanes, room);
  }

  private sizeCanvases(lanes: number, room: number): void {
    const height = AXIS + Math.max(60, Math.min(room, lanes * (this.laneHeight + 2)));
    for (const { canvas } of this.views) canvas.style.height = `${height}px`;
  }

  private key(event: KeyboardEvent): void {
    const action = actionOf(event);
    if (action === null) return;
    if (action.do === 'leave') this.leaving = true;
    else if (action.do === 'decision' && (this.leaving || !this.chooseNextDecision(action.step))) return;
    else this.act(action);
    event.preventDefault();
  }

  private act(action: Action, by?: ColourBy): void {
    const { extent, width } = this;
    switch (action.do) {
      case 'pan':
        this.view = pan(this.view, action.share * width, extent, width);
        break;
      case 'scroll':
        this.scrollBy(action.lanes * (this.laneHeight + 2));
        break;
      case 'zoom':
        this.view = zoom(this.view, action.factor, this.middle(), extent, width);
        break;
      case 'fit':
        this.view = fit(extent, width);
        break;
      case 'start':
        this.view = clamp({ ...this.view, start: extent.from }, extent, width);
        break;
      case 'end':
        this.view = clamp({ ...this.view, start: extent.to }, extent, width);
        break;
      case 'heat':
        this.by = by ?? (this.by === 'task' ? 'heat' : 'task');
        this.colourChoice.value = this.by;
        break;
      case 'higher':
      case 'lower':
        this.grow(action.do === 'higher' ? 1 : -1);
        break;
      case 'forced':
        this.chooseForced(action.step);
        break;
      case 'divergence':
        this.chooseParting();
        break;
      case 'decision':
      case 'leave':
        break;
    }
    this.redraw();
  }

  /** What zooming keeps where it is: what was chosen, where that is in sight, else the middle. */
  private middle(): number {
    const { data, selected } = this.current;
    const time = selected?.kind === 'decision' ? data.decisions.ts[selected.row]! : NaN;
    const x = (time - this.view.start) / this.view.perPixel;
    return x >= 0 && x <= this.width ? x : this.width / 2;
  }

  private grow(step: 1 | -1): void {
    const at = HEIGHTS.indexOf(this.laneHeight) + step;
    this.laneHeight = HEIGHTS[Math.min(Math.max(at, 0), HEIGHTS.length - 1)]!;
    const lanes = Math.max(...this.views.map(({ data }) => data.header.cpus));
    this.sizeCanvases(lanes, Math.max(200, Math.floor(window.innerHeight * TALLEST)) - AXIS);
  }

  private scrollBy(pixels: number): void {
    const lanes = Math.max(...this.views.map(({ data }) => data.header.cpus));
    const most = Math.max(0, lanes * (this.laneHeight + 2) - this.current.room);
    this.scroll = Math.round(Math.min(Math.max(this.scroll + pixels, 0), most));
  }

  /** @returns false where there is none, so that the focus goes on to the next thing of the page */
  private chooseNextDecision(step: 1 | -1): boolean {
    const { data, selected } = this.current;
    const from = selected?.kind === 'decision' ? selected.row : -1;
    const row = stepDecision(data, from, step, this.view.start, timeAt(this.view, this.width));
    if (row < 0) return false;
    this.choose(this.active, { kind: 'decision', row });
    this.lookAt(data.decisions.ts[row]!, data.decisions.lane[row]!);
    this.redraw();
    return true;
  }

  private chooseForced(step: 1 | -1): void {
    const { data } = this.current;
    const { selected } = this.current;
    const from = selected?.kind === 'decision' ? this.timeOfMove(data, selected.row) : timeAt(this.view, this.width / 2);
    const row = stepForced(data, from, step);
    if (row < 0) {
      this.say(`There is no forced migration ${step === 1 ? 'after' : 'before'} this.`);
      return;
    }
    const { moves } = data;
    this.choose(this.active, { kind: 'decision', row: moves.decision[row]! });
    this.say(`Forced migration: ${moveWords(moves, row)}.`, true);
    this.lookAt(moves.ts[row]!, moves.to[row]!);
  }

  /** When the migration came that a decision allowed, which is a little later than the decision. */
  private timeOfMove(data: RunData, decision: number): number {
    const move = data.moves.decision.indexOf(decision);
    return move < 0 ? data.decisions.ts[decision]! : data.moves.ts[move]!;
  }

  private chooseParting(): void {
    const { data, parting } = this.current;
    if (parting === null || parting.own.row < 0) {
      this.say('The runs part outside of what the page shows of them, or not at all.');
      return;
    }
    const { row } = parting.own;
    this.choose(this.active, { kind: 'decision', row });
    this.lookAt(data.decisions.ts[row]!, data.decisions.lane[row]!);
  }

  /** Moves a time and a lane into sight, closer where the view is wide. */
  private lookAt(time: number, lane: number): void {
    const { extent, width, view } = this;
    const x = (time - view.start) / view.perPixel;
    if (!(x > width * 0.05 && x < width * 0.95)) this.view = centre(view, time, extent, width);
    this.scroll = this.current.scrollTo(lane);
  }

  private choose(side: number, hit: Hit | null): void {
    this.views.forEach((view, i) => (view.selected = i === side ? hit : null));
    const { data } = this.views[side]!;
    if (hit === null || hit.kind === 'lane') {
      this.say(hit === null ? 'Nothing is chosen.' : `CPU ${hit.lane} is idle here.`);
      return;
    }
    if (hit.kind === 'decision') showAbout(this.details, this.aboutBoth(side, hit.row));
    else if (hit.kind === 'balance') showAbout(this.details, aboutBalance(data, hit.row));
    else showAbout(this.details, hit.kind === 'slice' ? aboutSlice(data, hit.lane, hit.stretch) : aboutWait(data, hit.lane, hit.stretch));
    this.root.dataset['chosen'] = hit.kind;
  }

  /** A decision, with what the other run answered where both were asked the same; the same call is ringed there. */
  private aboutBoth(side: number, row: number): About {
    const { data, parting } = this.views[side]!;
    if (parting === null || row > parting.own.row || parting.other.row < 0) return aboutDecision(data, row, []);
    const other = this.views[1 - side]!;
    const same = parting.other.row - parting.own.row + row;
    const here: Line[] = row === parting.own.row ? [['The runs part', partingWords(parting.kind)]] : [];
    other.selected = { kind: 'decision', row: same };
    if (here.length > 0 && parting.kind === 'question') return aboutDecision(data, row, here);
    const answer = answerOf(other.data.decisions.result[same]!);
    return aboutDecision(data, row, [[`${other.data.header.label} answered`, answer], ...here]);
  }

  private say(words: string, before = false): void {
    const line = element('p', { class: 'timeline-said' }, words);
    if (before) this.details.prepend(line);
    else this.details.replaceChildren(line);
    this.root.dataset['chosen'] = '';
  }

  private followPointer(view: RunView, side: number): void {
    const { canvas } = view;
    let from: { readonly x: number; readonly y: number; readonly view: View; readonly scroll: number } | null = null;
    let moved = false;
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      from = { x: event.clientX, y: event.clientY, view: this.view, scroll: this.scroll };
      moved = false;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      this.hover = timeAt(this.view, event.offsetX - GUTTER);
      if (from !== null) {
        moved ||= Math.abs(event.clientX - from.x) + Math.abs(event.clientY - from.y) > 4;
        if (moved) {
          this.view = pan(from.view, from.x - event.clientX, this.extent, this.width);
          this.scroll = from.scroll;
          this.scrollBy(from.y - event.clientY);
        }
      }
      this.redraw();
    });
    canvas.addEventListener('pointerup', (event) => {
      if (from !== null && !moved) {
        this.active = side;
        this.choose(side, view.hit(event.offsetX, event.offsetY, this.view));
      }
      from = null;
      this.redraw();
    });
    canvas.addEventListener('pointerleave', () => {
      this.hover = null;
      this.redraw();
    });
    canvas.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
  }

  /** The wheel zooms, sideways or with Shift it pans; with Alt it scrolls the lanes. */
  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const { extent, width } = this;
    if (event.altKey) this.scrollBy(event.deltaY);
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.view = pan(this.view, event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX, extent, width);
    } else this.view = zoom(this.view, WHEEL ** -event.deltaY, event.offsetX - GUTTER, extent, width);
    this.redraw();
  }

  private followOverview(strip: HTMLCanvasElement): void {
    const look = (event: PointerEvent): void => {
      if ((event.buttons & 1) === 0) return;
      const { extent, width } = this;
      this.view = centre(this.view, extent.from + (event.offsetX / strip.clientWidth) * (extent.to - extent.from), extent, width);
      this.redraw();
    };
    strip.addEventListener('pointerdown', look);
    strip.addEventListener('pointermove', look);
  }

  /** Light or dark as the reader's system is, light on paper, as wide as the window. */
  private followSystem(): void {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const print = window.matchMedia('print');
    const turn = (): void => {
      this.palette = dark.matches && !print.matches ? DARK : LIGHT;
      this.resized();
      // A page is printed as it stands when this returns.
      if (print.matches) this.draw();
    };
    dark.addEventListener('change', turn);
    print.addEventListener('change', turn);
    window.addEventListener('resize', () => this.resized());
    turn();
  }

  private resized(): void {
    this.view = clamp(this.view, this.extent, this.width);
    this.scrollBy(0);
    this.redraw();
  }

  private redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    window.requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.waiting = false;
    const { view, laneHeight, scroll, by, moves, balancing, palette, hover } = this;
    for (const one of this.views) one.draw({ view, laneHeight, scroll, by, moves, balancing, palette, hover });
    const { parting, data } = this.views[0]!;
    this.overview.draw(view, this.width, this.extent, palette, parting === null ? null : parting.own.ts - data.header.startNs);
    this.root.dataset['from'] = String(Math.round(view.start));
    this.root.dataset['to'] = String(Math.round(timeAt(view, this.width)));
    if (this.root.dataset['drawn'] === undefined) performance.mark('timeline-drawn');
    this.root.dataset['drawn'] = String(Number(this.root.dataset['drawn'] ?? '0') + 1);
  }
}

function captionOf({ header }: RunData): HTMLElement {
  const seed = header.seed === null ? '' : `, seed ${header.seed}`;
  return element('figcaption', {}, element('strong', {}, header.label), ` ${header.workload} on ${header.machine}${seed}`);
}
