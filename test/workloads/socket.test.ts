import { describe, expect, it } from 'vitest';
import { Socket, socketSize } from '../../src/workloads/socket.js';
import { events, exitTime, MS, US } from '../support/scenarios.js';
import { channelRun } from './support/channel-run.js';

const socket = (holds: number, writers: number, messages: number, pause: number) =>
  channelRun((w) => new Socket(w, holds), writers, messages, pause);

describe('a socket', () => {
  it('holds what its buffer has room for, with what the kernel keeps of each message', () => {
    // 100 bytes with their end of 320 are an object of 512, and their head is 256: 768 of 212,992. The last one need not fit.
    expect(socketSize(100)).toBe(278);
    expect(socketSize(4000)).toBe(Math.ceil(212_992 / (256 + 4096 + 4096)));
    expect(socketSize(1_000_000)).toBe(1);
  });

  it.each([1, 2, 4, 278])('lets a writer write %i messages, and wait with the next', (holds) => {
    const filled = socket(holds, 1, holds, 100 * MS);
    expect(filled.finished).toBe(true);
    expect(exitTime(filled, 'writer0')).toBe(holds * 2 * US);
    const over = socket(holds, 1, holds + 1, 100 * MS);
    expect(over.finished).toBe(true);
    expect(exitTime(over, 'writer0')!).toBeGreaterThan(100 * MS);
  });

  it('wakes all waiting writers once a quarter is taken, and none before', () => {
    const result = socket(100, 3, 50, 100 * MS);
    const wakes = events(result, 'waking').filter((row) => row['ts']! > 100 * MS);
    // Reading leaves 25 after 75 messages of 4 µs each.
    expect(wakes.slice(0, 3).map((row) => row['ts']! - 100 * MS)).toEqual([300 * US, 300 * US, 300 * US]);
    for (const row of wakes) expect(row['b']! & 2).toBe(2);
    expect(result.finished).toBe(true);
  });

  it('lets every message through, however many write', () => {
    expect(socket(10, 6, 500, 0).finished).toBe(true);
  });
});
