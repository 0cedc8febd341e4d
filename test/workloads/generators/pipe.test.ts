import { describe, expect, it } from 'vitest';
import { checkWorkload } from '../../../src/workloads/check.js';
import { Pipe } from '../../../src/workloads/generators/pipe.js';
import { events, exitTime, machine, MS, NO_COSTS, run, SEC, US, workload } from '../../support/scenarios.js';

const profile = machine('pvt8c', { costs: NO_COSTS });

/** Writers that write so many messages each, a half in 1 µs; a reader that begins after `pause` ns and takes them all, a half in 2 µs. */
function pipe(bytes: number, writers: number, messages: number, pause: number) {
  const work = workload(8, (s, w) => {
    const channel = new Pipe(w, bytes);
    for (let i = 0; i < writers; i++) {
      s.task(`writer${i}`, (p) => p.loop(messages, () => channel.write(() => p.run(US))), { cpu: i, mask: w.mask([i]) });
    }
    s.task('reader', (p) => {
      p.sleep(pause);
      channel.read(writers * messages, () => p.run(2 * US), () => undefined);
    }, { cpu: 7, mask: w.mask([7]) });
  }, { ends: 'exit' });
  checkWorkload(work, 8);
  return run({ profile, workload: work, durationNs: SEC, record: true });
}

describe('a pipe', () => {
  it.each([[100, 640], [4096, 16], [1365, 48], [5000, 13]])('of messages of %i bytes holds %i', (bytes, most) => {
    const filled = pipe(bytes, 1, most, 100 * MS);
    expect(filled.finished).toBe(true);
    expect(exitTime(filled, 'writer0')).toBe(most * 2 * US);
    const over = pipe(bytes, 1, most + 1, 100 * MS);
    expect(over.finished).toBe(true);
    expect(exitTime(over, 'writer0')!).toBeGreaterThan(100 * MS);
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
