import { requestOf, type Cell } from './cells.js';
import type { Engine, RunRequest } from './engine/types.js';
import type { RunStore } from './store/run-store.js';
import type { ResolvedScenario } from '../resolved.js';

/** Some seeds of a cell. */
export interface Wanted {
  readonly cell: Cell;
  readonly seeds: readonly number[];
}

/** How far an evaluation is: runs that are there, of how many, and how many of them were made now. */
export interface Pace {
  readonly done: number;
  readonly total: number;
  readonly made: number;
}

/** Sees to it that runs are there: from the cache where they were made before, from the engine where not. */
export class Evaluator {
  private readonly known = new Map<string, ReturnType<RunStore['read']>>();
  private made = 0;
  /** Runs that came from the cache. */
  cached = 0;

  constructor(
    private readonly scenarios: readonly ResolvedScenario[],
    private readonly engine: Engine,
    private readonly store: RunStore,
    private readonly signal: AbortSignal,
    private readonly onPace: (pace: Pace) => void = () => undefined,
  ) {}

  async ensure(wanted: readonly Wanted[]): Promise<void> {
    const missing: RunRequest[] = [];
    const cells: Cell[] = [];
    const asked = new Set<string>();
    let total = 0;
    for (const { cell, seeds } of wanted) {
      const kept = this.kept(cell);
      for (const seed of seeds) {
        const name = `${cell.key} ${seed}`;
        if (asked.has(name)) continue;
        asked.add(name);
        total += 1;
        if (cell.runs.has(seed)) continue;
        const run = kept.get(seed);
        if (run !== undefined) {
          cell.runs.set(seed, run);
          this.cached += 1;
          continue;
        }
        missing.push(requestOf(cell, this.scenarios[cell.variant.base]!, seed));
        cells.push(cell);
      }
    }
    let done = total - missing.length;
    this.onPace({ done, total, made: this.made });
    if (missing.length === 0) return;
    await this.engine.run(missing, (index, run) => {
      const cell = cells[index]!;
      if (cell.runs.has(run.seed)) return;
      this.store.append(cell.key, run);
      cell.runs.set(run.seed, run);
      done += 1;
      this.made += 1;
      this.onPace({ done, total, made: this.made });
    }, this.signal);
  }

  /** What the cache has of a cell; it is asked once. */
  private kept(cell: Cell): ReturnType<RunStore['read']> {
    let runs = this.known.get(cell.key);
    if (runs === undefined) this.known.set(cell.key, (runs = this.store.read(cell.key)));
    return runs;
  }
}
