import { Table } from '../kernel/state/table.js';
import { LOOP_REGISTERS, TIMER_REGISTERS } from './program.js';

/** What the machine keeps of each task beside the kernel: where its program is, and what is measured of it. */
export class SimTaskTable extends Table {
  readonly pc = this.i32();
  /** ns of work (at full speed) left of the running operation, kernel work owed included; FOREVER and more never ends. */
  readonly work = this.f64();
  readonly loop = [...Array(LOOP_REGISTERS).keys()].map(() => this.f64());
  readonly timer = [...Array(TIMER_REGISTERS).keys()].map(() => this.f64(-1));
  readonly parent = this.i32(-1);
  /** Ordinal of the parent: tells whether the parent's row still holds the parent. */
  /** How far a wake-up or fork has come in which the task is (waking.ts, forking.ts), 0: it is in none; ns spent on a wake-up; and ns that its search takes. */
  readonly wakeStage = this.u8();
  readonly waking = this.f64();
  readonly searching = this.f64();
  /** Task that it is waking and has chosen a CPU for, with the flags; −1: none, −2: nothing is left to do. */
  readonly woken = this.i32(-1);
  readonly wokenFlags = this.i32();
  /** Its child that is on no queue yet, while it forks; −1: none. */
  readonly forked = this.i32(-1);
  /** Semaphore that it has drawn to post to and has not posted to yet, or −1. */
  readonly drawn = this.i32(-1);
  /** Tasks that this one has still to wake at a barrier which it was the last to come to. */
  readonly releasing = this.i32();
  /** Row of the barrier (see SyncObjects) that it came to last. */
  readonly barrierAt = this.i32();
  /** 1 from when it has said that it sleeps until schedule() takes it off its queue. */
  readonly leaving = this.u8();
  /** 1 while it is in the kernel as its program says. */
  readonly inKernel = this.u8();
  readonly parentOrdinal = this.i32(-1);
  readonly children = this.i32();
  /** 1 while it waits for its children in JOIN. */
  readonly joining = this.u8();
  /** Row of Workload.templates. */
  readonly template = this.i32();
  /** Order of birth, from 0. */
  readonly ordinal = this.i32(-1);
  /** Seed of its random stream and of those of its children. */
  readonly seed = this.u32();
  readonly births = this.i32();

  // Waiting for a semaphore, mutex, condition or barrier: the next in the queue.
  readonly waitNext = this.i32(-1);
  /** Queue that it waits in until its timer goes off (see SyncObjects), or −1. */
  readonly timedOn = this.i32(-1);

  /** Not 0 from when it waits for a mutex, or gives one back to wait at a condition, until it has it again (see SyncObjects). */
  readonly relocks = this.u8();
  /** Condition at which it was woken and has not run since (see SyncObjects), or −1. */
  readonly signalledAt = this.i32(-1);

  // Measured: since when it has been runnable or waiting (−1: not), and the sums, ns.
  readonly wakingSince = this.f64(-1);
  readonly runnableSince = this.f64(-1);
  readonly runnableNs = this.f64();
}
