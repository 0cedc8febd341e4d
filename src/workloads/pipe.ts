import type { WorkloadBuilder } from './builder.js';
import type { Channel } from './channel.js';

/** Pages of a pipe (PIPE_DEF_BUFFERS), and bytes of one. */
const PIPE_PAGES = 16;
const PAGE_BYTES = 4096;
/** How often somebody looks who spins for the mutex, ns. */
const SPIN_NS = 100;

/** How many messages of one size a pipe holds. */
export interface PipeSize {
  readonly pages: number;
  /** Messages to a page. */
  readonly perPage: number;
}

/** Of messages of that many bytes. One of more than a page takes as many. */
export function pipeSize(bytes: number): PipeSize {
  if (bytes > PAGE_BYTES) return { pages: Math.max(1, Math.floor((PIPE_PAGES * PAGE_BYTES) / bytes)), perPage: 1 };
  return { pages: PIPE_PAGES, perPage: Math.floor(PAGE_BYTES / bytes) };
}

/** The pipe that holds about that many messages; of one that holds few, each takes a page, or it has been made small (F_SETPIPE_SZ). */
export function pipeOf(messages: number): PipeSize {
  if (messages < PIPE_PAGES) return { pages: Math.max(1, messages), perPage: 1 };
  return { pages: PIPE_PAGES, perPage: Math.max(1, Math.round(messages / PIPE_PAGES)) };
}

/**
 * A pipe with one reader (pipe_write() and pipe_read() of fs/pipe.c). Messages are put together in pages. A writer that finds no room in
 * the last page begins one, or waits until a page is free; one writer is woken at a time, and looks again: whoever comes first takes
 * the page. The reader gives a page back when it has read all of it, and wakes a writer after every message that it takes from a
 * full pipe, whether it has given a page back or not. Both wake with WF_SYNC.
 *
 * Half of the work is done under the pipe's mutex, for which one spins. Whoever has it is not preempted before the call is over,
 * wake-ups and all: a kernel without preemption of its own code looks only where a task waits and on the way out. A page that is emptied
 * before it is full counts as full.
 */
export class Pipe implements Channel {
  private readonly perPage: number;
  /** Messages to be read, room in the last page, pages free. */
  private readonly items: number;
  private readonly room: number;
  private readonly pages: number;
  /** 1 where the reader waits, or is about to, and nobody wakes it yet. */
  private readonly sleeping: number;
  private readonly readable: number;
  private readonly writable: number;
  private readonly mutex: number;

  constructor(
    private readonly w: WorkloadBuilder,
    { pages, perPage }: PipeSize,
  ) {
    this.perPage = perPage;
    this.items = w.semaphore();
    this.room = w.semaphore();
    this.pages = w.semaphore(pages);
    this.sleeping = w.semaphore();
    [this.readable, this.writable] = [w.condition(), w.condition()];
    this.mutex = w.mutex();
  }

  write(half: () => void): void {
    const { program } = this.w;
    const { items, room, pages, sleeping, readable, writable, mutex } = this;
    const put = (): void => {
      half();
      program.post(items);
      program.unlock(mutex);
    };
    const begin = (): void => {
      if (this.perPage > 1) program.post(room, this.perPage - 1);
      put();
    };
    half();
    program.lock(mutex, SPIN_NS);
    program.inKernel(() => {
      program.ifTaken(room, put, () => program.ifTaken(pages, begin, () => {
        program.takeOr(pages, () => this.waitFor(writable, pages));
        begin();
        program.ifAny(pages, () => program.signalSync(writable), () => undefined);
      }));
      // Only a message to an empty pipe wakes.
      program.ifTaken(sleeping, () => program.signalSync(readable), () => undefined);
    });
  }

  read(messages: number, half: () => void, done: () => void, before = 0): void {
    const { perPage } = this;
    const begun = before % perPage;
    const head = begun === 0 ? 0 : Math.min(messages, perPage - begun);
    const part = (count: number, emptiesPage: boolean): void => {
      this.w.program.loop(emptiesPage ? count - 1 : count, () => this.readOne(half, done, false));
      if (emptiesPage) this.readOne(half, done, true);
    };
    part(head, head > 0 && begun + head === perPage);
    const rest = messages - head;
    this.w.program.loop(Math.floor(rest / perPage), () => part(perPage, true));
    part(rest % perPage, false);
  }

  private readOne(half: () => void, done: () => void, emptiesPage: boolean): void {
    const { program } = this.w;
    const { items, pages, sleeping, readable, writable, mutex } = this;
    const take = (): void => {
      half();
      done();
      if (emptiesPage) program.post(pages);
      program.unlock(mutex);
    };
    half();
    program.lock(mutex, SPIN_NS);
    program.inKernel(() => {
      program.takeOr(items, () => this.waitFor(readable, items, () => program.post(sleeping)));
      program.ifAny(pages, take, () => {
        take();
        program.signalSync(writable);
      });
    });
  }

  private waitFor(condition: number, semaphore: number, before = (): void => undefined): void {
    const { program } = this.w;
    program.unlock(this.mutex);
    program.outOfKernel(() => {
      before();
      program.waitEvent(condition, semaphore);
      program.lock(this.mutex, SPIN_NS);
    });
  }
}
