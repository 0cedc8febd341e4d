import { describe, expect, it } from 'vitest';
import { Pipe, pipeOf, pipeSize } from '../../src/workloads/pipe.js';
import { events, exitTime, MS, US } from '../support/scenarios.js';
import { channelRun } from './support/channel-run.js';

const pipe = (bytes: number, writers: number, messages: number, pause: number) =>
  channelRun((w) => new Pipe(w, pipeSize(bytes)), writers, messages, pause);

describe('a pipe', () => {
  it.each([[100, 640], [4096, 16], [1365, 48], [5000, 13]])('of messages of %i bytes holds %i', (bytes, most) => {
    const filled = pipe(bytes, 1, most, 100 * MS);
    expect(filled.finished).toBe(true);
    expect(exitTime(filled, 'writer0')).toBe(most * 2 * US);
    const over = pipe(bytes, 1, most + 1, 100 * MS);
    expect(over.finished).toBe(true);
    expect(exitTime(over, 'writer0')!).toBeGreaterThan(100 * MS);
  });

  it.each([[1, 1, 1], [5, 5, 1], [16, 16, 1], [640, 16, 40]])('that holds %i messages has %i pages of %i', (messages, pages, perPage) => {
    expect(pipeOf(messages)).toEqual({ pages, perPage });
  });

  it('wakes a waiting writer at each message that is read from it, though there is room only when a page is free', () => {
    const result = pipe(100, 1, 641, 100 * MS);
    const reader = events(result, 'exit').length > 0 ? events(result, 'waking').filter((row) => row['ts']! > 100 * MS) : [];
    // 40 messages to a page; the reader takes one in 4 µs, the writer goes to sleep again within that.
    expect(reader.length).toBeGreaterThanOrEqual(40);
    expect(exitTime(result, 'writer0')! - 100 * MS).toBeGreaterThanOrEqual(40 * 4 * US);
    for (const row of reader) expect(row['b']! & 2).toBe(2);
  });

  it('lets every message through, however many write', () => {
    const result = pipe(100, 6, 500, 0);
    expect(result.finished).toBe(true);
  });
});
