import { InputError } from '../../input/error.js';
import { REASON_DECIDED, REASON_RUNNING, REASON_THROTTLED } from '../../sim/kernel/constants.js';
import { DECISION_COLUMNS } from '../../sim/records/records.js';
import type { ColumnMap, Flag } from './targets.js';
import { FLAGS } from './targets.js';
import { cellOf, stampOf } from './values.js';

const UNKNOWN = -1;
const NOT_EVALUATED = -2;
const FORCED = 2;

/** A target with the place of its column in the header. */
interface Cell {
  /** Their column, for errors. */
  readonly name: string;
  readonly index: number;
  readonly scale: number;
  readonly invert: boolean;
  /** Column of decisions, or −1 for a flag. */
  readonly into: number;
  readonly flag: Flag | null;
}

const place = (name: string): number => DECISION_COLUMNS.findIndex((column) => column.name === name);
const TS = place('ts');
const IDLE = place('idle');
const REASON = place('reason');
const HOT = place('hot');
const RESULT = place('result');

/** Makes rows of decisions from the records of one file. */
export class Rows {
  /** The row that was read last, in the order of DECISION_COLUMNS. What the file does not tell is −1. */
  readonly values = new Float64Array(DECISION_COLUMNS.length);
  /** Time stamp that row 0 had; others are relative to it. */
  base: bigint | null = null;
  /** Targets that the file tells. */
  readonly known: ReadonlySet<string>;
  /** Columns that nothing is taken from. */
  readonly ignored: readonly string[];
  private readonly cells: readonly Cell[];
  private readonly constants = new Float64Array(DECISION_COLUMNS.length).fill(UNKNOWN);
  private readonly constantFlags: Partial<Record<Flag, number>> = {};
  private readonly flags: Partial<Record<Flag, number>> = {};

  /** @throws InputError where a column of the map is not in the header, or is there twice */
  constructor(map: ColumnMap, private readonly header: readonly string[], file: string, line: number) {
    const cells: Cell[] = [];
    for (const [target, source] of Object.entries(map)) {
      const flag = Object.hasOwn(FLAGS, target) ? (target as Flag) : null;
      const into = flag === null ? place(target) : -1;
      if (source.column === undefined) {
        if (flag === null) this.constants[into] = source.value!;
        else this.constantFlags[flag] = source.value!;
        continue;
      }
      const name = source.column;
      const index = header.indexOf(name);
      const where = `line ${line}`;
      if (index < 0) throw new InputError(file, where, `a column ${name} (for ${target})`, header.join(','));
      if (header.lastIndexOf(name) !== index) throw new InputError(file, where, 'each column once', `${name} twice`);
      cells.push({ name, index, scale: source.scale ?? 1, invert: source.invert === true, into, flag });
    }
    this.cells = cells;
    // Given when the table is sorted.
    this.constants[place('seq')] = 0;
    this.known = new Set(Object.keys(map));
    const used = new Set(cells.map(({ index }) => index));
    this.ignored = header.filter((_, index) => !used.has(index));
  }

  /** Reads a record into `values`. @returns '' or what is wrong with it */
  read(fields: readonly string[]): string {
    if (fields.length !== this.header.length) return `${fields.length} fields where the header has ${this.header.length}`;
    this.values.set(this.constants);
    Object.assign(this.flags, this.constantFlags);
    for (const cell of this.cells) {
      const text = fields[cell.index]!;
      if (cell.into === TS) {
        const stamp = stampOf(text, cell.scale);
        if (stamp === null) return `no number in column ${cell.name}`;
        this.base ??= stamp;
        this.values[TS] = Number(stamp - this.base);
        continue;
      }
      const value = cellOf(text, cell.scale, cell.invert);
      if (value === null) return `no number in column ${cell.name}`;
      if (cell.flag === null) this.values[cell.into] = value;
      else if (value === 0 || value === 1) this.flags[cell.flag] = value;
      else return `${value} in column ${cell.name}, which is 0 or 1`;
    }
    this.derive();
    return '';
  }

  /** Fills in what follows from the rest. */
  private derive(): void {
    const { values, flags } = this;
    if (values[IDLE] === UNKNOWN) values[IDLE] = this.idle();
    if (values[REASON] === UNKNOWN) {
      if (flags.throttled === 1) values[REASON] = REASON_THROTTLED;
      // Two refusals come before this one; which of the three it was makes no difference to the answer.
      else if (flags.running === 1) values[REASON] = REASON_RUNNING;
      else if (flags.decided === 1 || values[RESULT] === FORCED) values[REASON] = REASON_DECIDED;
    }
    if (values[HOT] !== UNKNOWN || values[REASON] === UNKNOWN) return;
    if (values[REASON] !== REASON_DECIDED) values[HOT] = NOT_EVALUATED;
    else if (values[RESULT] === FORCED) values[HOT] = 1;
  }

  /** The idle type of the balancing CPU, from the flags. */
  private idle(): number {
    const { cpu_idle: idle, cpu_newly_idle: newly, cpu_not_idle: busy } = this.flags;
    if (newly === 1) return 2;
    if (idle === 1) return 0;
    return busy === 1 || (idle === 0 && newly === 0) ? 1 : UNKNOWN;
  }
}
