import { Op, RING, type Program, type Workload } from '../sim/programs/program.js';
import { checkInstantLoops } from './check-loops.js';
import { branchOf, isConditionWait, nextOf, OP_NAMES } from './operands.js';

/**
 * Follows every path through the program from where tasks start, and checks what must hold on all of them: that it does
 * not run off the end, that a loop register is set before it is counted down, that a mutex given back was taken, that
 * none is taken twice, and that none is still held at the end.
 *
 * @throws Error that names the operation
 */
export function checkFlow(workload: Workload): void {
  const entries = entriesOf(workload);
  const flow = new Flow(workload.program, entries);
  flow.check();
  checkInstantLoops(workload, flow.reached);
}

/** Addresses at which tasks start, each once, in ascending order. */
function entriesOf(workload: Workload): number[] {
  const { code, a } = workload.program;
  const entries = new Set<number>();
  for (const task of workload.initial) entries.add(workload.templates[task.template]!.entry);
  for (let pc = 0; pc < code.length; pc++) if (code[pc] === Op.FORK) entries.add(a[pc]!);
  return [...entries].sort((x, y) => x - y);
}

const SETS_REGISTER: ReadonlySet<number> = new Set([Op.LOOP_SET, Op.NUMBER]);

/** Mutexes that a task may hold at once. */
const HELD_MAX = 64;

/** What surely holds before each operation, whichever way the task came. */
class Flow {
  readonly reached: Uint8Array;
  /** Loop registers that have been set, a bit each. */
  private readonly registers: Uint8Array;
  /** Row of `sets`: the mutexes held. */
  private readonly held: Int32Array;
  private readonly sets: (readonly number[])[] = [[]];
  private readonly rows = new Map<string, number>([['', 0]]);

  constructor(
    private readonly program: Program,
    entries: readonly number[],
  ) {
    const length = program.code.length;
    this.reached = new Uint8Array(length);
    this.registers = new Uint8Array(length);
    this.held = new Int32Array(length);
    const pending: number[] = [];
    for (const entry of entries) this.arrive(entry, 0, 0, pending);
    for (let pc = pending.pop(); pc !== undefined; pc = pending.pop()) this.step(pc, pending);
  }

  /** Takes one operation and carries what holds after it to its successors. */
  private step(pc: number, pending: number[]): void {
    const { program } = this;
    const registers = SETS_REGISTER.has(program.code[pc]!) ? this.registers[pc]! | (1 << program.a[pc]!) : this.registers[pc]!;
    const held = this.heldAfter(pc);
    if (this.sets[held]!.length > HELD_MAX) {
      throw new Error(`workload: operation ${pc} (LOCK) takes more than ${HELD_MAX} mutexes at once`);
    }
    const next = nextOf(program, pc);
    if (next >= program.code.length) {
      throw new Error(`workload: operation ${pc} (${this.nameOf(pc)}) runs off the end of the program`);
    }
    if (next >= 0) this.arrive(next, registers, held, pending);
    const branch = branchOf(program, pc);
    if (branch >= 0) this.arrive(branch, registers, held, pending);
  }

  /** Merges a path into what holds before an operation; only what holds on all paths stays. */
  private arrive(pc: number, registers: number, held: number, pending: number[]): void {
    if (this.reached[pc] === 0) {
      this.reached[pc] = 1;
      this.registers[pc] = registers;
      this.held[pc] = held;
      pending.push(pc);
      return;
    }
    const bothRegisters = this.registers[pc]! & registers;
    const before = this.sets[this.held[pc]!]!;
    const both = this.held[pc] === held ? held : this.rowOf(before.filter((mutex) => this.sets[held]!.includes(mutex)));
    if (bothRegisters === this.registers[pc] && both === this.held[pc]) return;
    this.registers[pc] = bothRegisters;
    this.held[pc] = both;
    pending.push(pc);
  }

  private heldAfter(pc: number): number {
    const { code, a, b } = this.program;
    const held = this.sets[this.held[pc]!]!;
    if (code[pc] === Op.LOCK) return held.includes(a[pc]!) ? this.held[pc]! : this.rowOf([...held, a[pc]!]);
    const given = code[pc] === Op.UNLOCK ? a[pc]! : isConditionWait(code[pc]!) ? b[pc]! : -1;
    return held.includes(given) ? this.rowOf(held.filter((mutex) => mutex !== given)) : this.held[pc]!;
  }

  private rowOf(held: readonly number[]): number {
    const sorted = [...held].sort((x, y) => x - y);
    const key = sorted.join();
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    this.sets.push(sorted);
    this.rows.set(key, this.sets.length - 1);
    return this.sets.length - 1;
  }

  check(): void {
    const { code, a, b } = this.program;
    for (let pc = 0; pc < code.length; pc++) {
      if (this.reached[pc] === 0) continue;
      const held = this.sets[this.held[pc]!]!;
      const complain = (message: string): never => {
        throw new Error(`workload: operation ${pc} (${this.nameOf(pc)}) ${message}`);
      };
      switch (code[pc]) {
        case Op.LOOP_NEXT:
          if ((this.registers[pc]! & (1 << a[pc]!)) === 0) complain(`counts loop register ${a[pc]}, which may not be set`);
          break;
        case Op.WAIT_AT:
        case Op.POST_AT:
          if ((this.registers[pc]! & (1 << RING.register(b[pc]!))) === 0) {
            complain(`takes its number from loop register ${RING.register(b[pc]!)}, which may not be set`);
          }
          break;
        case Op.LOCK:
          if (held.includes(a[pc]!)) complain(`takes mutex ${a[pc]}, which the task already holds`);
          break;
        case Op.UNLOCK:
          if (!held.includes(a[pc]!)) complain(`gives mutex ${a[pc]} back, which the task may not hold`);
          break;
        case Op.COND_WAIT:
        case Op.COND_WAIT_OWN:
          if (b[pc]! >= 0 && !held.includes(b[pc]!)) complain(`gives mutex ${b[pc]} back, which the task may not hold`);
          break;
        case Op.EXIT:
          if (held.length > 0) complain(`ends a task that still holds mutex ${held[0]}`);
          break;
      }
    }
  }

  private nameOf(pc: number): string {
    return OP_NAMES[this.program.code[pc]!]!;
  }
}
