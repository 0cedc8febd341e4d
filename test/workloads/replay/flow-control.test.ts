import { describe, expect, it } from 'vitest';
import { extractWorkload } from '../../../src/workloads/replay/extract.js';
import { programOf } from './support/programs.js';
import { IDLE, R, Recording, S, SYNC } from './support/recording.js';

/**
 * Tasks 1 and 2 write to task 3 by turns, 600 wake-ups in all; every tenth burst of the reader is one of many messages. In
 * the middle both writers have filled the pipe: the reader lets the first one go on, and that the other.
 */
function pipe(flags: number): Recording {
  const recording = new Recording(2).task(1).task(2).task(3);
  recording.to(0, 0, IDLE, R, 1).to(1, 1, 3, S, IDLE);
  let now = 10;
  let writer = 1;
  for (let i = 0; i < 600; i++) {
    recording.wake((now += 5000), 0, 3, flags);
    recording.to((now += 10), 1, IDLE, R, 3);
    now += i % 10 === 0 ? 16_000 : 2000;
    if (i === 300) {
      recording.to((now += 10), 0, writer, S, 3 - writer).to((now += 10), 0, 3 - writer, S, IDLE);
      recording.wake((now += 10), 1, writer, flags).to((now += 10), 0, IDLE, R, writer);
      recording.wake((now += 10), 0, 3 - writer, flags);
    }
    recording.to((now += 1), 1, 3, S, IDLE);
    if (i % 2 === 1 && i !== 301) {
      recording.to((now += 10), 0, writer, R, 3 - writer);
      writer = 3 - writer;
    }
  }
  return recording;
}

function waits(recording: Recording, pid: number): number {
  const { workload } = extractWorkload(recording.contents());
  return programOf(workload, pid).filter((operation) => operation.startsWith('WAIT')).length;
}

describe('waits of writers for room', () => {
  it('are left out, whether the reader ends them or another writer', () => {
    const recording = pipe(SYNC);
    expect(extractWorkload(recording.contents()).stats.messages).toBeGreaterThan(50);
    expect([waits(recording, 1), waits(recording, 2)]).toEqual([0, 0]);
  });

  it('are none where the recording tells of synchronous wake-ups and there is not one', () => {
    const contents = pipe(0).contents();
    expect(extractWorkload(contents).stats.messages).toBeGreaterThan(50);
    const wakeups = { rows: 1, columns: new Proxy({}, { get: () => [0] }) };
    expect(extractWorkload({ ...contents, instrument: { wakeups } as typeof contents.instrument }, {}).stats.messages).toBe(0);
  });

  it('stay where other wake-ups are synchronous and these are not: they are no messages', () => {
    const recording = pipe(0).task(4).task(5);
    const last = 10_000_000;
    recording.to(last, 0, IDLE, R, 4).wake(last + 10, 0, 5, SYNC).to(last + 20, 1, IDLE, R, 5);
    recording.to(last + 30, 1, 5, S, IDLE).to(last + 40, 0, 4, S, IDLE);
    expect(extractWorkload(recording.contents()).stats.messages).toBe(0);
    expect(waits(recording, 1) + waits(recording, 2)).toBe(2);
  });
});
