import { Op, RING, type Program, type Workload } from '../sim/programs/program.js';
import { branchOf, nextOf } from './operands.js';

/** Rounds that a loop may make at one instant of simulated time. */
const INSTANT_ROUNDS_MAX = 1_000_000;

/**
 * Finds loops that a task can go round without running, sleeping or blocking: simulated time would never pass them. Where
 * such a loop is counted, it may be long, but not absurdly so. A loop through WAIT or TRY is taken to block, or to end, unless it
 * posts the same semaphore itself, and one through JOIN if it also forks; LOCK and YIELD let a lone task pass.
 *
 * @param reached 1 for every operation that a task can come to
 * @throws Error that names an operation of the loop
 */
export function checkInstantLoops(workload: Workload, reached: Uint8Array): void {
  const { program } = workload;
  const graph = new InstantGraph(program);
  for (let pc = 0; pc < program.code.length; pc++) {
    if (reached[pc] === 1 && !takesTime(workload, pc)) graph.nodes[pc] = 1;
  }
  // Operations that block within their own loop leave the graph; the loops may then fall apart, so again until none is left.
  for (;;) {
    const loops = graph.loops();
    let changed = false;
    for (const loop of loops) for (const pc of blockersIn(workload, loop)) changed = graph.remove(pc) || changed;
    if (!changed) break;
  }
  for (const loop of graph.loops()) checkRounds(program, loop);
  // A counted loop ends, unless its counter is set again within it.
  for (;;) {
    const loops = graph.loops();
    if (loops.length === 0) return;
    let changed = false;
    for (const loop of loops) {
      const set = new Set<number>();
      for (const pc of loop) if (program.code[pc] === Op.LOOP_SET) set.add(program.a[pc]!);
      for (const pc of loop) {
        if (program.code[pc] === Op.LOOP_NEXT && !set.has(program.a[pc]!)) changed = graph.cut(pc) || changed;
      }
    }
    if (!changed) {
      const at = loops[0]![0];
      throw new Error(`workload: the loop at operation ${at} goes round for ever without running, sleeping or blocking`);
    }
  }
}

function takesTime(workload: Workload, pc: number): boolean {
  const { code, a } = workload.program;
  switch (code[pc]) {
    case Op.RUN:
    case Op.SLEEP:
    case Op.TIMER:
      return a[pc]! > 0;
    case Op.RUN_DRAW:
    case Op.SLEEP_DRAW:
      return mayTakeTime(workload, a[pc]!);
    case Op.COND_WAIT:
    case Op.COND_WAIT_OWN:
      return true;
    case Op.WAIT_EVENT:
      // It blocks, or what follows takes one of what there is, which is not without end.
      return true;
    case Op.BARRIER:
      return workload.barriers[a[pc]!]! > 1;
    default:
      return false;
  }
}

/** Whether a draw from a distribution can be above 0. */
function mayTakeTime({ distributions }: Workload, row: number): boolean {
  const quantiles = distributions[row]!;
  return quantiles[quantiles.length - 1]! >= 1;
}

function blockersIn(workload: Workload, loop: readonly number[]): number[] {
  const { code, a, b } = workload.program;
  const posted = new Set<number>();
  let forks = false;
  for (const pc of loop) {
    if (code[pc] === Op.POST || code[pc] === Op.POST_SYNC) posted.add(a[pc]!);
    if (code[pc] === Op.POST_DRAW) for (let i = 0; i < b[pc]!; i++) posted.add(a[pc]! + i);
    if (code[pc] === Op.POST_AT) for (let i = 0; i < RING.size(b[pc]!); i++) posted.add(a[pc]! + i);
    if (code[pc] === Op.FORK) forks = true;
  }
  const waits = (pc: number): boolean => code[pc] === Op.WAIT || code[pc] === Op.TRY || (code[pc] === Op.WAIT_DRAW && mayTakeTime(workload, b[pc]!)) || code[pc] === Op.WAIT_AT;
  return loop.filter((pc) => (waits(pc) && !posted.has(a[pc]!)) || (code[pc] === Op.JOIN && forks));
}

/** The product, over the registers that a loop counts with, of the most rounds that each makes. */
function checkRounds(program: Program, loop: readonly number[]): void {
  const most = new Map<number, number>();
  for (const pc of loop) {
    if (program.code[pc] !== Op.LOOP_NEXT) continue;
    const register = program.a[pc]!;
    most.set(register, Math.max(most.get(register) ?? 1, roundsOf(program, pc)));
  }
  let rounds = 1;
  for (const [, times] of most) rounds *= times;
  if (rounds > INSTANT_ROUNDS_MAX) {
    const often = `goes round ${rounds} times without running, sleeping or blocking`;
    throw new Error(`workload: the loop at operation ${loop[0]} ${often}`);
  }
}

/** What the register of a LOOP_NEXT was set to by the nearest LOOP_SET before it. */
function roundsOf(program: Program, next: number): number {
  for (let pc = next - 1; pc >= 0; pc--) {
    if (program.code[pc] === Op.LOOP_SET && program.a[pc] === program.a[next]) return program.b[pc]!;
  }
  return 1;
}

/** The operations that take no time, and the ways between them. */
class InstantGraph {
  readonly nodes: Uint8Array;
  private readonly cuts: Uint8Array;

  constructor(private readonly program: Program) {
    this.nodes = new Uint8Array(program.code.length);
    this.cuts = new Uint8Array(program.code.length);
  }

  remove(pc: number): boolean {
    const was = this.nodes[pc] === 1;
    this.nodes[pc] = 0;
    return was;
  }

  /** Takes the way back of a LOOP_NEXT out. */
  cut(pc: number): boolean {
    const was = this.cuts[pc] === 0;
    this.cuts[pc] = 1;
    return was;
  }

  private way(pc: number, which: number): number {
    const to = which === 0 ? nextOf(this.program, pc) : this.cuts[pc] === 1 ? -1 : branchOf(this.program, pc);
    return to >= 0 && this.nodes[to] === 1 ? to : -1;
  }

  /** Strongly connected components with a loop in them (Tarjan's algorithm, with a stack of its own). */
  loops(): number[][] {
    const length = this.nodes.length;
    const index = new Int32Array(length);
    const low = new Int32Array(length);
    const onStack = new Uint8Array(length);
    const way = new Uint8Array(length);
    const stack: number[] = [];
    const loops: number[][] = [];
    let counter = 0;
    for (let start = 0; start < length; start++) {
      if (this.nodes[start] === 0 || index[start] !== 0) continue;
      const path = [start];
      while (path.length > 0) {
        const pc = path[path.length - 1]!;
        if (index[pc] === 0) {
          index[pc] = low[pc] = ++counter;
          stack.push(pc);
          onStack[pc] = 1;
        }
        if (way[pc]! < 2) {
          const to = this.way(pc, way[pc]!++);
          if (to < 0) continue;
          if (index[to] === 0) path.push(to);
          else if (onStack[to] === 1) low[pc] = Math.min(low[pc]!, index[to]!);
          continue;
        }
        path.pop();
        const parent = path[path.length - 1];
        if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[pc]!);
        if (low[pc] === index[pc]) this.takeComponent(pc, stack, onStack, loops);
      }
    }
    return loops;
  }

  private takeComponent(root: number, stack: number[], onStack: Uint8Array, loops: number[][]): void {
    const component: number[] = [];
    for (;;) {
      const pc = stack.pop()!;
      onStack[pc] = 0;
      component.push(pc);
      if (pc === root) break;
    }
    const alone = component.length === 1 && this.way(root, 0) !== root && this.way(root, 1) !== root;
    if (!alone) loops.push(component.sort((x, y) => x - y));
  }
}
