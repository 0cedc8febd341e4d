import { LOOP_REGISTERS, Op, RING, TIMER_REGISTERS, type Opcode, type Program } from '../sim/programs/program.js';

/** A place in a program, to go to before or after it is placed. */
export interface Label {
  readonly id: number;
  /** Index into the code, −1 until it is placed. */
  readonly address: number;
}

interface OpenLabel extends Label {
  address: number;
}

/**
 * Writes a program: one method for each operation, labels that are filled in at the end, and loops that find their own
 * registers. A program holds the routines of all tasks one after another; a routine ends in EXIT or goes on for ever.
 */
export class ProgramBuilder {
  private readonly code: number[] = [];
  private readonly a: number[] = [];
  private readonly b: number[] = [];
  private readonly labels: OpenLabel[] = [];
  private readonly patches: { readonly at: number; readonly operand: 'a' | 'b'; readonly label: Label }[] = [];
  private loopDepth = 0;
  private inRoutine = false;
  /** Where the last label was placed. */
  private lastPlaced = -1;

  /** Number of operations so far, the address of the next one. */
  get length(): number {
    return this.code.length;
  }

  /** A label to place later. */
  label(): Label {
    const label: OpenLabel = { id: this.labels.length, address: -1 };
    this.labels.push(label);
    return label;
  }

  /** Puts a label here. */
  place(label: Label): void {
    const open = this.labels[label.id];
    if (open !== label) throw new Error(`label ${label.id} belongs to another program`);
    if (open.address >= 0) throw new Error(`label ${label.id} is placed twice, at ${open.address} and ${this.length}`);
    open.address = this.length;
    this.lastPlaced = this.length;
  }

  /**
   * The code of one task from its entry, closed with EXIT where it could go on.
   * @param entry a label made before, where others had to name it already
   */
  routine(body: () => void, entry: Label = this.label()): Label {
    if (this.inRoutine) throw new Error('a routine cannot be written inside another');
    this.inRoutine = true;
    this.place(entry);
    body();
    if (this.loopDepth !== 0) throw new Error('a loop is left open at the end of a routine');
    const last = this.code[this.length - 1];
    if (this.length === entry.address || (last !== Op.EXIT && last !== Op.JUMP) || this.lastPlaced === this.length) {
      this.exit();
    }
    this.inRoutine = false;
    return entry;
  }

  /** Does the body that many times. Each level of nesting takes a loop register. @param times an integer, 0 or more */
  loop(times: number, body: () => void): void {
    if (!Number.isSafeInteger(times) || times < 0) throw new Error(`a loop cannot run ${times} times`);
    if (times === 0) return;
    if (times === 1) {
      body();
      return;
    }
    if (this.loopDepth >= LOOP_REGISTERS) throw new Error(`loops nest deeper than the ${LOOP_REGISTERS} registers allow`);
    const register = this.loopDepth++;
    this.emit(Op.LOOP_SET, register, times);
    const top = this.label();
    this.place(top);
    body();
    this.patch(this.emit(Op.LOOP_NEXT, register), 'b', top);
    this.loopDepth--;
  }

  /** Does the body for ever. */
  forever(body: () => void): void {
    const top = this.label();
    this.place(top);
    body();
    this.jump(top);
  }

  /** `loop`, or for ever where `times` is null. */
  repeat(times: number | null, body: () => void): void {
    if (times === null) this.forever(body);
    else this.loop(times, body);
  }

  jump(label: Label): void {
    this.patch(this.emit(Op.JUMP), 'a', label);
  }

  /** Runs for `ns` of CPU time; nothing at all where that is 0. */
  run(ns: number): void {
    if (ns !== 0) this.emit(Op.RUN, ns);
  }

  /** Runs for a time drawn from a distribution, by row. */
  runDraw(distribution: number): void {
    this.emit(Op.RUN_DRAW, distribution);
  }

  /** @param condition that ends the sleep where it is signalled before its time; −1: none does */
  sleep(ns: number, condition = -1): void {
    this.emit(Op.SLEEP, ns, condition + 1);
  }

  sleepDraw(distribution: number): void {
    this.emit(Op.SLEEP_DRAW, distribution);
  }

  /** Waits for the next point of a periodic timer. @param slot 0…1 */
  timer(periodNs: number, slot: number, mode: 'relative' | 'absolute'): void {
    if (!(slot >= 0 && slot < TIMER_REGISTERS)) throw new Error(`timer slot ${slot} is not one of ${TIMER_REGISTERS}`);
    this.emit(Op.TIMER, periodNs, 2 * slot + (mode === 'absolute' ? 1 : 0));
  }

  wait(semaphore: number): void {
    this.emit(Op.WAIT, semaphore);
  }

  /** Waits, but not longer than a time drawn from a distribution, as sem_timedwait() does. */
  waitDraw(semaphore: number, distribution: number): void {
    this.emit(Op.WAIT_DRAW, semaphore, distribution);
  }

  /** Posts one to a semaphore drawn from `count` that follow each other. */
  postDraw(first: number, count: number): void {
    this.emit(Op.POST_DRAW, first, count);
  }

  /** Takes one from a semaphore; where there is none, does `otherwise` and tries again. */
  takeOr(semaphore: number, otherwise: () => void): void {
    const [again, none, taken] = [this.label(), this.label(), this.label()];
    this.place(again);
    this.patch(this.emit(Op.TRY, semaphore), 'b', none);
    this.jump(taken);
    this.place(none);
    otherwise();
    this.jump(again);
    this.place(taken);
  }

  /** Does the body for each one that can be taken from a semaphore without waiting. */
  takeAll(semaphore: number, body: () => void): void {
    const [again, none] = [this.label(), this.label()];
    this.place(again);
    this.patch(this.emit(Op.TRY, semaphore), 'b', none);
    body();
    this.jump(again);
    this.place(none);
  }

  /**
   * Draws the next number, which the body goes by: numbers count up from what the semaphore starts at. Takes a loop register.
   * @param counter a semaphore that nobody waits at
   */
  numbered(counter: number, body: (register: number) => void): void {
    if (this.loopDepth >= LOOP_REGISTERS) throw new Error(`numbers and loops nest deeper than the ${LOOP_REGISTERS} registers allow`);
    const register = this.loopDepth++;
    this.emit(Op.NUMBER, register, counter);
    body(register);
    this.loopDepth--;
  }

  /** Waits at the semaphore of a ring that a number names. @param next 1: the one after it */
  waitAt(ring: readonly number[], register: number, next: 0 | 1 = 0): void {
    this.emit(Op.WAIT_AT, ring[0]!, RING.operand(ring.length, register, next));
  }

  postAt(ring: readonly number[], register: number, next: 0 | 1 = 0): void {
    this.emit(Op.POST_AT, ring[0]!, RING.operand(ring.length, register, next));
  }

  /** Does the first body in one of `cases` cases, drawn each time, and else the other. */
  oneIn(cases: number, body: () => void, otherwise: () => void): void {
    const [chosen, after] = [this.label(), this.label()];
    this.patch(this.emit(Op.JUMP_DRAW, cases), 'b', chosen);
    otherwise();
    this.jump(after);
    this.place(chosen);
    body();
    this.place(after);
  }

  post(semaphore: number, count = 1): void {
    this.emit(Op.POST, semaphore, count);
  }

  postSync(semaphore: number, count = 1): void {
    this.emit(Op.POST_SYNC, semaphore, count);
  }

  /** @param spinNs how often a task looks that spins while the holder runs; 0: none spins */
  lock(mutex: number, spinNs = 0): void {
    this.emit(Op.LOCK, mutex, spinNs);
  }

  unlock(mutex: number): void {
    this.emit(Op.UNLOCK, mutex);
  }

  /** Runs the body with the mutex held. */
  section(mutex: number, body: () => void): void {
    this.lock(mutex);
    body();
    this.unlock(mutex);
  }

  /** Waits on a condition as pthread_cond_wait() does: the mutex is given back meanwhile, and held again afterwards. */
  waitCondition(condition: number, mutex: number): void {
    this.emit(Op.COND_WAIT, condition, mutex);
    this.lock(mutex);
  }

  /** The same where everybody who waits has a condition of its own. */
  waitOwnCondition(condition: number, mutex: number): void {
    this.emit(Op.COND_WAIT_OWN, condition, mutex);
    this.lock(mutex);
  }

  /** Waits on a condition without a mutex. */
  waitConditionAlone(condition: number): void {
    this.emit(Op.COND_WAIT, condition, -1);
  }

  /** Waits on a condition, unless one could be taken from a semaphore. */
  waitEvent(condition: number, semaphore: number): void {
    this.emit(Op.WAIT_EVENT, condition, semaphore);
  }

  /** Does the body in the kernel, which does not preempt the task meanwhile. */
  inKernel(body: () => void): void {
    this.emit(Op.ENTER_KERNEL);
    body();
    this.emit(Op.LEAVE_KERNEL);
  }

  /** Does the body out of the kernel again, as where a system call waits. */
  outOfKernel(body: () => void): void {
    this.emit(Op.LEAVE_KERNEL);
    body();
    this.emit(Op.ENTER_KERNEL);
  }

  signalSync(condition: number): void {
    this.emit(Op.SIGNAL_SYNC, condition);
  }

  /** Does `some` where a semaphore has one that could be taken, else `none`; takes nothing. @param semaphore that nobody waits at */
  ifAny(semaphore: number, some: () => void, none: () => void): void {
    const [empty, after] = [this.label(), this.label()];
    this.patch(this.emit(Op.JUMP_EMPTY, semaphore), 'b', empty);
    some();
    this.jump(after);
    this.place(empty);
    none();
    this.place(after);
  }

  /** Takes one from a semaphore and does the body, or does `otherwise` where there is none. */
  ifTaken(semaphore: number, body: () => void, otherwise: () => void): void {
    const [none, after] = [this.label(), this.label()];
    this.patch(this.emit(Op.TRY, semaphore), 'b', none);
    body();
    this.jump(after);
    this.place(none);
    otherwise();
    this.place(after);
  }

  signal(condition: number): void {
    this.emit(Op.SIGNAL, condition);
  }

  broadcast(condition: number): void {
    this.emit(Op.BROADCAST, condition);
  }

  /** @param lastNs what is left to whoever comes last, ns of CPU time */
  barrier(barrier: number, lastNs = 0): void {
    this.emit(Op.BARRIER, barrier, lastNs);
  }

  /** Forks a child. @param template row of the templates, or −1 for a child like its parent */
  fork(entry: Label, template: number): void {
    this.patch(this.emit(Op.FORK, 0, template), 'a', entry);
  }

  join(): void {
    this.emit(Op.JOIN);
  }

  exit(): void {
    this.emit(Op.EXIT);
  }

  exec(): void {
    this.emit(Op.EXEC);
  }

  nice(nice: number): void {
    this.emit(Op.NICE, nice);
  }

  /** @param policy 0 NORMAL, 3 BATCH, 5 IDLE */
  policy(policy: number): void {
    this.emit(Op.POLICY, policy);
  }

  affinity(mask: number): void {
    this.emit(Op.AFFINITY, mask);
  }

  group(group: number): void {
    this.emit(Op.GROUP, group);
  }

  yield(): void {
    this.emit(Op.YIELD);
  }

  workingSet(bytes: number, touchRate: number): void {
    this.emit(Op.WORKING_SET, bytes, touchRate);
  }

  mark(units: number): void {
    this.emit(Op.MARK, units);
  }

  /** The program, with every label filled in. */
  build(): Program {
    for (const { at, operand, label } of this.patches) {
      if (label.address < 0) throw new Error(`operation ${at} goes to label ${label.id}, which is nowhere`);
      this[operand][at] = label.address;
    }
    return { code: Uint8Array.from(this.code), a: Float64Array.from(this.a), b: Float64Array.from(this.b) };
  }

  private emit(code: Opcode, a = 0, b = 0): number {
    this.code.push(code);
    this.a.push(a);
    this.b.push(b);
    return this.length - 1;
  }

  private patch(at: number, operand: 'a' | 'b', label: Label): void {
    this.patches.push({ at, operand, label });
  }
}
