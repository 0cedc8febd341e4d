import type { WorkloadBuilder } from './builder.js';
import type { Channel } from './channel.js';

/** The default send buffer (net.core.wmem_default), bytes. */
const SEND_BUFFER = 212_992;
/** What a message takes of it beside its data: struct sk_buff, and struct skb_shared_info in the object that holds the data, bytes. */
const HEAD = 256;
const SHARED_INFO = 320;
/** Of a larger message the rest is in pages. */
const PAGE = 4096;
/** Writers are woken while no more than so large a part of the buffer is taken. */
const WRITABLE = 1 / 4;

/** How many messages of that many bytes a socket holds: one more is begun as long as any of its buffer is free. */
export function socketSize(bytes: number): number {
  const linear = Math.min(bytes, PAGE - SHARED_INFO);
  let object = 512;
  while (object < 64 * Math.ceil(linear / 64) + SHARED_INFO) object *= 2;
  return Math.ceil(SEND_BUFFER / (HEAD + object + PAGE * Math.ceil((bytes - linear) / PAGE)));
}

/**
 * A stream socket of the UNIX domain with one reader (net/unix/af_unix.c, net/core/sock.c). Each message wakes the reader where it waits.
 * A writer goes on while there is any room, and waits else; all that wait are woken after every message read that leaves a quarter of
 * the buffer taken or less (sock_wfree(), unix_write_space()), and look again. Both wake with WF_SYNC.
 *
 *     │ low: a quarter │ high: the rest │     filled from the left, emptied from the right: `low` is used first and freed last
 */
export class Socket implements Channel {
  private readonly items: number;
  /** Room in the first quarter and in the rest, messages in the rest, writers that wait. */
  private readonly low: number;
  private readonly high: number;
  private readonly inHigh: number;
  private readonly waiting: number;
  private readonly readable: number;
  private readonly writable: number;

  /** @param messages that it holds */
  constructor(
    private readonly w: WorkloadBuilder,
    messages: number,
  ) {
    const low = Math.min(messages, Math.floor(messages * WRITABLE) + 1);
    this.items = w.semaphore();
    this.low = w.semaphore(low);
    this.high = w.semaphore(messages - low);
    this.inHigh = w.semaphore();
    this.waiting = w.semaphore();
    [this.readable, this.writable] = [w.condition(), w.condition()];
  }

  write(half: () => void): void {
    const { program } = this.w;
    const { items, low, high, inHigh, waiting, readable, writable } = this;
    const [again, taken] = [program.label(), program.label()];
    half();
    program.place(again);
    program.ifTaken(low, () => program.jump(taken), () => undefined);
    program.ifTaken(high, () => {
      program.post(inHigh);
      program.jump(taken);
    }, () => undefined);
    program.post(waiting);
    program.waitEvent(writable, high);
    program.jump(again);
    program.place(taken);
    half();
    program.post(items);
    program.signalSync(readable);
  }

  read(messages: number, half: () => void, done: () => void): void {
    this.w.program.loop(messages, () => this.readOne(half, done));
  }

  private readOne(half: () => void, done: () => void): void {
    const { program } = this.w;
    const { items, low, high, inHigh, waiting, readable, writable } = this;
    half();
    program.takeOr(items, () => program.waitEvent(readable, items));
    half();
    done();
    program.ifTaken(inHigh, () => program.post(high), () => {
      program.post(low);
      program.takeAll(waiting, () => program.signalSync(writable));
    });
  }
}
