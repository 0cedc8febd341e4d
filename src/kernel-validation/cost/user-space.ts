import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { OutsideError } from '../../input/error.js';
import type { Model } from '../../libml/index.js';
import { FEATURES } from '../../policies/features.js';
import { Stream } from '../../sim/engine/rng.js';
import { emitPolicy, USER_SPACE_SOURCES } from '../emit/index.js';
import { pageOfModel, writePage } from '../page/index.js';
import { shapeText, sizesOf } from './shapes.js';
import type { CostRow } from './types.js';
import { FULL_EFFORT, ROWS, timingProgram, type Effort } from './user-space-program.js';

const FOLDER = 'policy';

/** A model whose decision is timed. */
export interface TimedModel {
  /** Name of the policy that decides by it; empty where it is one of a shape only. */
  readonly policy: string;
  readonly model: Model;
}

/** What was timed, ns a decision of each repetition. */
export interface Timings {
  /** The stock test, called as the kernel calls can_migrate_task(); each model on top of it. */
  readonly stock: readonly number[];
  readonly models: ReadonlyArray<readonly number[]>;
  /** How many of its rows each model says yes to. */
  readonly yes: readonly number[];
}

/**
 * The emitted C, compiled for user space, timed on this machine: the stock test, and each model on top of it.
 * @throws OutsideError where gcc is missing or fails
 */
export function userSpaceCost(models: readonly TimedModel[], effort = FULL_EFFORT): CostRow[] {
  const { stock, models: timed } = timeModels(models.map(({ model }) => model), effort);
  const shared = { place: 'user', unit: 'ns', calls: effort.decisions * effort.repetitions } as const;
  return [
    { ...shared, what: 'stock', policy: '', shape: '', format: '', ...spread(stock), ratio: null },
    ...models.map(({ policy, model }, m): CostRow => {
      const alone = timed[m]!.map((value, r) => Math.max(0, value - stock[r]!));
      const ratio = medianOf(timed[m]!) / medianOf(stock);
      return { ...shared, what: 'policy', policy, shape: shapeText(sizesOf(model)), format: model.quantisation, ...spread(alone), ratio };
    }),
  ];
}

/** Compiles and runs the timing program. @throws OutsideError */
export function timeModels(models: readonly Model[], effort: Effort): Timings {
  const folder = mkdtempSync(join(tmpdir(), 'cfslab-cost-'));
  try {
    const pages = models.map((model) => pageOfModel(model));
    for (const { path, text } of emitPolicy(null, pages).files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    writeFileSync(join(folder, 'main.c'), timingProgram(models.map((model, m) => ({ page: writePage(pages[m]!), rows: rowsFor(model) })), effort));
    run(folder, 'gcc', ['-std=gnu11', '-O2', '-iquote', FOLDER, '-o', 'timing', 'main.c', ...USER_SPACE_SOURCES]);
    const lines = run(folder, join(folder, 'timing'), []).trim().split('\n').map((line) => line.split(' ').map(Number));
    const columns = lines.slice(0, -1);
    const at = (i: number): number[] => columns.map((line) => line[i]!);
    return { stock: at(0), models: models.map((_, m) => at(1 + m)), yes: lines.at(-1)! };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Raw counters, each anywhere in its range, about as many of each order of magnitude. */
export function rowsFor({ inputs }: Model): number[][] {
  const stream = new Stream(1, 'cost rows');
  const ranges = inputs.map(({ name }) => FEATURES.find((feature) => feature.name === name)!);
  return Array.from({ length: ROWS }, () =>
    ranges.map(({ min, max }) => {
      const span = Math.min(max - min, 2 ** stream.below(33));
      return min + Math.floor((span * stream.uint32()) / 2 ** 32);
    }),
  );
}

function run(folder: string, command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return stdout;
  throw new OutsideError(`${command} failed: ${(error?.message ?? stderr.split('\n')[0] ?? '').trim()} (Debian package gcc)`);
}

function spread(values: readonly number[]): Pick<CostRow, 'value' | 'least' | 'most'> {
  return { value: medianOf(values), least: Math.min(...values), most: Math.max(...values) };
}

/** Of an odd number of values. */
function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) / 2]!;
}
