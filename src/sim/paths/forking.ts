import { queue_new_task, select_new_task_rq } from '../kernel/core/fork.js';
import type { Machine } from '../machine.js';

/**
 * The part of `fork_wake` after which the child's CPU is chosen: the medians of 18 recordings have 2.55 of 3.57 µs between the
 * two records before that, and the rest after it.
 */
const CHOICE = 0.72;

/** How far a fork has come, beside the stages of a wake-up (waking.ts): what is next when the time has passed that it is in. */
enum Stage {
  NONE = 0,
  RECORD = 5,
  CHOOSE = 6,
  QUEUE = 7,
}

/**
 * A fork by task `p` in its operation `pc`:
 *
 *     p ── copies itself (fork) ──┤sched_process_fork ──┤chooses the child's CPU ──┤queues it there
 *                                 └───────────────── fork_wake ───────────────────┘
 *
 * Time passes between these, in which others act: what is chosen hangs on what they do until then. So the operation is tried
 * again when it has passed, and each time goes on where it was.
 * @param entry the child's first operation
 * @param template the child's, or −1 for a copy of its parent
 * @returns whether time has to pass first; if not, the fork is over
 * @kernel kernel/fork.c kernel_clone, copy_process (where the scheduler comes into them)
 * @omits the stretch from sched_cgroup_fork() to the record, some 0.6 µs
 */
export function forks(m: Machine, p: number, pc: number, entry: number, template: number): boolean {
  const { t, k } = m;
  const { fork, fork_wake } = k.cost;
  const choice = Math.round(CHOICE * fork_wake);
  let stage: Stage = t.wakeStage[p]!;
  t.wakeStage[p] = Stage.NONE;
  if (stage === Stage.NONE) {
    k.charge(fork);
    if (passes(m, p, pc, Stage.RECORD)) return true;
    stage = Stage.RECORD;
  }
  if (stage === Stage.RECORD) {
    t.forked[p] = m.population.fork(p, entry, template);
    k.charge(choice);
    if (passes(m, p, pc, Stage.CHOOSE)) return true;
    stage = Stage.CHOOSE;
  }
  if (stage === Stage.CHOOSE) {
    select_new_task_rq(k, t.forked[p]!);
    k.charge(fork_wake - choice);
    if (passes(m, p, pc, Stage.QUEUE)) return true;
  }
  queue_new_task(k, t.forked[p]!);
  t.forked[p] = -1;
  m.leaveKernel(k.g.this_cpu[0]!);
  return false;
}

/** What has been charged passes before task `p` goes on with the fork in its operation `pc`; false if that is nothing. */
function passes({ t, k }: Machine, p: number, pc: number, next: Stage): boolean {
  if (k.g.charged[0]! === 0) return false;
  t.wakeStage[p] = next;
  t.pc[p] = pc;
  return true;
}

/** Does what is left of a fork by task `p`, which is about to do something else, where the child exists already. */
export function finishFork({ t, k }: Machine, p: number): void {
  const child = t.forked[p]!;
  if (child === -1) return;
  t.forked[p] = -1;
  const stage: Stage = t.wakeStage[p]!;
  if (stage === Stage.CHOOSE) select_new_task_rq(k, child);
  queue_new_task(k, child);
}
