import type { WorkloadBuilder } from '../builder.js';
import type { Channel } from '../channel.js';

/** Pages of a pipe, and bytes of one. */
const PIPE_PAGES = 16;
const PAGE_BYTES = 4096;
/** How often somebody looks who spins for the mutex, ns. */
const SPIN_NS = 100;

/**
 * A pipe with one reader (pipe_write() and pipe_read() of fs/pipe.c). Messages are put together in pages. A writer that finds no room in
 * the last page begins one, or waits until a page is free; one writer is woken at a time, and looks again: whoever comes first takes
 * the page. The reader gives a page back when it has read all of it, and wakes a writer after every message that it takes from a
 * full pipe, whether it has given a page back or not. Both wake with WF_SYNC.
 *
 * Half of the work is done under the pipe's mutex, for which one spins. A page that is emptied before it is full counts as full, and a
 * message of more than a page takes a page.
 */
export class Pipe implements Channel {
  private readonly perPage: number;
  /** Messages to be read, room in the last page, pages free. */
  private readonly items: number;
  private readonly room: number;
  private readonly pages: number;
  private readonly readable: number;
  private readonly writable: number;
  private readonly mutex: number;

  /** @param bytes of a message */
  constructor(
    private readonly w: WorkloadBuilder,
    bytes: number,
  ) {
    this.perPage = Math.max(1, Math.floor(PAGE_BYTES / bytes));
    this.items = w.semaphore();
    this.room = w.semaphore();
    this.pages = w.semaphore(bytes > PAGE_BYTES ? Math.max(1, Math.floor((PIPE_PAGES * PAGE_BYTES) / bytes)) : PIPE_PAGES);
    [this.readable, this.writable] = [w.condition(), w.condition()];
    this.mutex = w.mutex();
  }

  /** Writes a message. @param half half of the work */
  write(half: () => void): void {
    const { program } = this.w;
    const { items, room, pages, readable, writable, mutex } = this;
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
    program.ifTaken(room, put, () => program.ifTaken(pages, begin, () => {
      program.takeOr(pages, () => this.waitFor(writable, pages));
      begin();
      program.ifAny(pages, () => program.signalSync(writable), () => undefined);
    }));
    program.signalSync(readable);
  }

  /** Reads that many messages, the first of which begins a page. @param half half of the work of each @param done after each */
  read(messages: number, half: () => void, done: () => void): void {
    const { program } = this.w;
    program.loop(Math.floor(messages / this.perPage), () => {
      program.loop(this.perPage - 1, () => this.readOne(half, done, false));
      this.readOne(half, done, true);
    });
    program.loop(messages % this.perPage, () => this.readOne(half, done, false));
  }

  private readOne(half: () => void, done: () => void, emptiesPage: boolean): void {
    const { program } = this.w;
    const { items, pages, readable, writable, mutex } = this;
    const take = (): void => {
      half();
      done();
      if (emptiesPage) program.post(pages);
      program.unlock(mutex);
    };
    half();
    program.lock(mutex, SPIN_NS);
    program.takeOr(items, () => this.waitFor(readable, items));
    program.ifAny(pages, take, () => {
      take();
      program.signalSync(writable);
    });
  }

  private waitFor(condition: number, semaphore: number): void {
    const { program } = this.w;
    program.unlock(this.mutex);
    program.waitEvent(condition, semaphore);
    program.lock(this.mutex, SPIN_NS);
  }
}
