import { prove, type IntegerProgram, type ModelInput } from '../../libml/index.js';

/*
 * The shape of a network: which of its inputs have tables, how its units lie in words, all that the C of its evaluation hangs
 * on but the numbers (kernel-validation/kernel/policy/plan.h). For a shape that was emitted the C has no loop and looks nothing
 * up; a network of another shape is evaluated by loops. A kernel finds the shape of what is pushed by itself, this is its wish.
 */

export interface Shape {
  /** Names of features, in the order of the inputs. */
  readonly features: readonly string[];
  readonly narrow: boolean;
  /** Words of a block, and blocks. A word is a unit, or two in 8-bit form. */
  readonly width: number;
  readonly blocks: number;
  /** For each input the number of its table, or how it is scaled. */
  readonly places: ReadonlyArray<number | 'linear' | 'log' | 'other'>;
}

const MAX_GROUPS = 4;
const MAX_ROWS = 32;
const WIDTHS = [4, 5, 8, 10];
/** Bytes for tables: a page less what else is in it, in the kernel's structures. */
const PAGE_BYTES = 4096;
const PLAN_BYTES = 88;
const GROUP_BYTES = 16;
const SMALL_BYTES = 32;
const WIDE_BYTES = 48;
const CLOSING_BYTES = 24;

/** The shape of a network with one hidden layer; null where it has none: other layers, or no room. @throws InputError as `prove` does */
export function shapeOf(program: IntegerProgram): Shape | null {
  prove(program);
  const { inputs, layers, format } = program;
  if (layers.length !== 2) return null;
  const narrow = format === 'int8';
  const units = layers[0]!.biases.length;
  const [width, blocks] = widthOf(narrow ? Math.ceil(units / 2) : units);
  const rowBytes = width * blocks * 8;
  for (let most = MAX_ROWS; most > 0; most--) {
    const smalls = inputs.filter((input) => valuesOf(input) <= most).length;
    const wides = inputs.length - smalls;
    const weights = Math.ceil((wides * width * blocks * (narrow ? 8 : 4)) / 8) * 8;
    const rest = PLAN_BYTES + smalls * SMALL_BYTES + wides * WIDE_BYTES + width * blocks * CLOSING_BYTES + weights;
    for (let groups = 1; groups <= MAX_GROUPS; groups++) {
      const { rows, tables } = shared(inputs, most, groups);
      if (rest + groups * GROUP_BYTES + rows * rowBytes > PAGE_BYTES) continue;
      return { features: inputs.map(({ name }) => name), narrow, width, blocks, places: inputs.map((input, i) => tables.get(i) ?? kindOf(input)) };
    }
  }
  return null;
}

function valuesOf({ scaling: { lo, hi } }: ModelInput): number {
  return hi - lo + 1;
}

function kindOf({ scaling: { kind, lo, preShift } }: ModelInput): 'linear' | 'log' | 'other' {
  if (preShift > 0 || (kind === 'log2' && lo < 0)) return 'other';
  return kind === 'log2' ? 'log' : 'linear';
}

/** The least padding, then the fewest blocks. */
function widthOf(words: number): readonly [width: number, blocks: number] {
  const costs = WIDTHS.map((width) => ({ width, blocks: Math.ceil(words / width) }));
  const cost = ({ width, blocks }: (typeof costs)[number]): number => 4 * width * blocks + blocks;
  const best = costs.reduce((least, one) => (cost(one) < cost(least) ? one : least));
  return [best.width, best.blocks];
}

/** Inputs of up to `most` values in so many tables: the largest first, each into the smallest table. */
function shared(inputs: readonly ModelInput[], most: number, groups: number): { readonly rows: number; readonly tables: Map<number, number> } {
  const rows = new Array<number>(groups).fill(1);
  const tables = new Map<number, number>();
  const smalls = inputs.map((input, i) => [i, valuesOf(input)] as const).filter(([, values]) => values <= most);
  smalls.sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b);
  for (const [input, values] of smalls) {
    const table = rows.indexOf(Math.min(...rows));
    tables.set(input, table);
    rows[table]! *= values;
  }
  return { rows: rows.reduce((sum, count) => sum + count, 0), tables };
}
