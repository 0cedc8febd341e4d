import { InputError } from '../../input/error.js';
import type { Workload } from '../../sim/programs/program.js';
import type { Label } from '../assembler.js';
import { WorkloadBuilder } from '../builder.js';
import { checkWorkload } from '../check.js';
import { forkedTasks, forksOf } from './forks.js';
import { checkLocks } from './locks.js';
import type { RtEvent, RtFile, RtPhase, RtSettings, RtTask } from './model.js';
import { Names } from './names.js';
import { Timers } from './timers.js';

/** CPU time of the main thread for each thread it starts. */
const FORK_NS = 32_000;
/** rt-app burns CPU in a loop that touches next to nothing. */
const WORKING_SET_BYTES = 16_384;
const TOUCH_RATE = 20;
const OPERATIONS_MAX = 1_000_000;
const IDLE_POLICY = 5;

export interface Compiled {
  readonly workload: Workload;
  readonly notes: readonly string[];
}

/**
 * Makes a workload of an rt-app file: a main thread starts all others, they meet at a barrier and go through their phases.
 * Every pass of a phase is a unit of work.
 *
 * @throws InputError
 */
export function compile(file: RtFile, source: string, cpus: number): Compiled {
  const compiler = new Compiler(file, source, cpus);
  const workload = compiler.workload();
  try {
    checkWorkload(workload, cpus);
  } catch (error) {
    const found = (error as Error).message.replace(/^workload: /, '');
    throw new InputError(source, 'tasks', 'tasks that run, sleep or wait', found);
  }
  return { workload, notes: [...file.notes, ...compiler.timers.notes()] };
}

class Compiler {
  readonly timers: Timers;
  private readonly w: WorkloadBuilder;
  private readonly names: Names;
  private readonly forked: ReadonlySet<string>;
  private readonly threads: number;
  private readonly start: number;
  /** Entry and template by the name of a task that is forked. */
  private readonly children = new Map<string, { readonly entry: Label; readonly template: number }>();

  constructor(
    private readonly file: RtFile,
    private readonly source: string,
    cpus: number,
  ) {
    this.w = new WorkloadBuilder(cpus);
    this.forked = forkedTasks(file);
    this.timers = new Timers(file, this.forked);
    let threads = 0;
    for (const task of file.tasks) threads += task.instances;
    this.threads = threads;
    this.start = this.w.barrier(threads);
    this.names = new Names(this.w, file, this.forked);
    for (const task of file.tasks) {
      if (!this.forked.has(task.name)) continue;
      const entry = this.w.program.label();
      this.children.set(task.name, { entry, template: this.template(task, entry) });
    }
  }

  workload(): Workload {
    const { program } = this.w;
    const starts: (() => void)[] = [];
    for (const task of this.file.tasks) {
      const sync = checkLocks(task);
      const child = this.children.get(task.name);
      if (child !== undefined) program.routine(() => this.thread(task, 0, sync, true), child.entry);
      const each = this.timers.sharedBy(task) ? 1 : task.instances;
      for (let instance = 0; instance < task.instances; instance += each) {
        const entry = program.routine(() => this.thread(task, instance, sync, false));
        const template = this.template(task, entry);
        starts.push(() => {
          program.loop(each, () => {
            program.run(FORK_NS);
            program.fork(entry, template);
          });
        });
        if (program.length > OPERATIONS_MAX) {
          const expected = `a file of at most ${OPERATIONS_MAX} operations`;
          throw new InputError(this.source, task.at.path, expected, `${program.length}`);
        }
      }
    }
    const main = program.routine(() => {
      for (const start of starts) start();
      program.join();
    });
    this.w.initial(this.w.template({ comm: 'rt-app', entry: main, workingSet: WORKING_SET_BYTES, touchRate: TOUCH_RATE }));
    const endless = this.file.tasks.some((task) => task.loop === null || task.phases.some((phase) => phase.loop === null));
    const maxTasks = 1 + this.threads + forksOf(this.file);
    return this.w.build({ name: 'rtapp', unit: 'passes', ends: endless ? 'duration' : 'exit', maxTasks });
  }

  private template(task: RtTask, entry: Label): number {
    return this.w.template({ comm: task.name, entry, workingSet: WORKING_SET_BYTES, touchRate: TOUCH_RATE });
  }

  private thread(task: RtTask, instance: number, sync: ReadonlySet<RtEvent>, isForked: boolean): void {
    const { program } = this.w;
    const { settings } = task;
    if (!isForked && this.threads > 1) program.barrier(this.start);
    if (task.delayNs > 0) program.sleep(task.delayNs);
    // The present becomes the reference of every timer: the thread starts now.
    for (let slot = 0; slot < this.timers.slotsOf(task); slot++) program.timer(0, slot, 'absolute');
    if (settings.policy !== 0 && settings.policy !== null) program.policy(settings.policy);
    if (settings.nice !== null && settings.policy !== IDLE_POLICY) program.nice(settings.nice);
    if (settings.group !== null) program.group(this.names.group(settings.group));
    const masks = task.phases.map((phase) => this.maskOf(phase.settings, settings));
    const oneMask = masks.every((mask) => mask === masks[0]);
    if (oneMask && masks[0] !== 0) program.affinity(masks[0]!);

    /** One round through the phases; in the very first one, shared timers count from the start. */
    const round = (first: boolean): void => {
      for (const [i, phase] of task.phases.entries()) {
        if (!oneMask) program.affinity(masks[i]!);
        this.settings(phase.settings);
        const pass = (firstPass: boolean): void => this.pass(task, instance, phase, sync, firstPass);
        if (first && phase.loop !== 1 && phase.events.some((event) => event.kind === 'timer')) {
          pass(true);
          program.repeat(phase.loop === null ? null : phase.loop - 1, () => pass(false));
        } else program.repeat(phase.loop, () => pass(first));
        // What stands after a phase without end is never come to.
        if (phase.loop === null) return;
      }
    };
    const shared = this.timers.sharedBy(task);
    if (shared || task.phases.some((phase) => phase.loop === null)) round(shared);
    if (task.phases.every((phase) => phase.loop !== null)) {
      const left = task.loop === null ? null : task.loop - (shared ? 1 : 0);
      program.repeat(left, () => round(false));
    }
  }

  /** What a phase sets when it begins. A policy without a nice value sets it back to 0, as rt-app does. */
  private settings({ policy, nice, group }: RtSettings): void {
    const { program } = this.w;
    if (policy !== null) program.policy(policy);
    if (policy !== IDLE_POLICY && (policy !== null || nice !== null)) program.nice(nice ?? 0);
    if (group !== null) program.group(this.names.group(group));
  }

  private maskOf(phase: RtSettings, task: RtSettings): number {
    const cpus = phase.cpus ?? task.cpus;
    return cpus === null ? 0 : this.w.mask(cpus);
  }

  private pass(task: RtTask, instance: number, phase: RtPhase, sync: ReadonlySet<RtEvent>, first: boolean): void {
    for (const event of phase.events) this.event(task, instance, event, sync.has(event), first);
    this.w.program.mark(1);
  }

  private event(task: RtTask, instance: number, event: RtEvent, takesMutex: boolean, first: boolean): void {
    const { program } = this.w;
    const { names } = this;
    switch (event.kind) {
      case 'run':
        program.run(event.ns);
        break;
      case 'sleep':
        if (event.ns > 0) program.sleep(event.ns);
        break;
      case 'timer': {
        const use = this.timers.use(task, instance, event);
        program.timer(first ? use.firstNs : use.periodNs, use.slot, use.mode);
        break;
      }
      case 'lock':
        program.lock(names.mutex(event.mutex));
        break;
      case 'unlock':
        program.unlock(names.mutex(event.mutex));
        break;
      case 'wait':
        program.waitCondition(names.condition(event.ref), names.mutex(event.mutex));
        break;
      case 'sync': {
        const mutex = names.mutex(event.mutex);
        if (takesMutex) program.lock(mutex);
        program.signal(names.condition(event.ref));
        program.waitCondition(names.condition(event.ref), mutex);
        if (takesMutex) program.unlock(mutex);
        break;
      }
      case 'signal':
        program.signal(names.condition(event.ref));
        break;
      case 'broad':
      case 'resume':
        program.broadcast(names.condition(event.ref));
        break;
      case 'suspend':
        program.waitConditionAlone(names.condition(event.ref));
        break;
      case 'barrier':
        program.barrier(names.barrier(event.barrier));
        break;
      case 'fork': {
        const child = this.children.get(event.task)!;
        program.fork(child.entry, child.template);
        break;
      }
      case 'yield':
        program.yield();
        break;
    }
  }
}
