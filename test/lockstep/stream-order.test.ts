import { describe, expect, it } from 'vitest';
import { tickPhase } from '../../src/bundle/tick-phase.js';
import { SOURCES, streamOf } from '../../src/lockstep/stream.js';
import { Recording } from './support/recording.js';

const LAGS = { block: 1000, gate: 500, ran: 600, place: 300, counts: [0, 0, 0, 0] };

const HZ = 250;

function steps(r: Recording, phase: number | null = null): string[] {
  const { length, source, row } = streamOf(r.contents(), HZ, phase, LAGS, () => 2);
  return Array.from({ length }, (_, i) => `${SOURCES[source[i]!]} ${row[i]}`).filter((step) => !/^(aimed|searched|sent|taken)/.test(step));
}

describe('the stream', () => {
  it('has every row of every table once, in order of time and then of arrival', () => {
    const r = new Recording().task(10).task(11)
      .event(5000, 0, 'waking', 11, 0, 0)
      .put('wakeups', { ts: 5000, cpu: 0, pid: 11 })
      .event(5000, 0, 'wakeup', 11, 0)
      .put('preempts', { ts: 4000, cpu: 0, pid: 11, curr: 10 });
    expect(steps(r)).toEqual(['preempts 0', 'events 0', 'wakeups 0', 'events 1']);
    const { ts } = streamOf(r.contents(), HZ, null, LAGS, () => 2);
    expect([...ts].filter((at) => at <= 5000)).toEqual([4000, 4647, 5000, 5000, 5000]);
  });

  it('lets the counts of a queue rise a little after the placement of a wake-up, and with it at a birth', () => {
    const r = new Recording().task(10)
      .put('places', { ts: 1000, cpu: 0, pid: 10, initial: 0 })
      .event(1500, 0, 'waking', 10, 0, 0)
      .put('places', { ts: 9000, cpu: 0, pid: 12, initial: 1 })
      .event(9001, 0, 'waking', 10, 0, 0);
    expect(steps(r)).toEqual(['places 0', 'events 0', 'counted 0', 'places 1', 'events 1', 'counted 1']);
  });

  it('begins the switch of a task that blocks before its event, and never before the switch to it', () => {
    const r = new Recording().task(10).task(11)
      .event(10_000, 0, 'switch', 10, 0, 0)
      .event(30_000, 0, 'switch', 11, 10, 1)
      .event(30_400, 0, 'switch', 0, 11, 1);
    const { begins, runningAtStart } = streamOf(r.contents(), HZ, null, LAGS, () => 2);
    expect(begins.map(({ clockTs, prev }) => [clockTs, prev])).toEqual([[29_000, 10], [30_001, 11]]);
    expect(begins[0]!.ts).toBeGreaterThan(29_000);
    expect(begins[0]!.ts).toBeLessThan(30_000);
    expect(runningAtStart.slice(0, 2)).toEqual([0, -1]);
    expect(steps(r)).toEqual(['events 0', 'begin 0', 'events 1', 'begin 1', 'events 2']);
  });

  it('takes the task from its queue later where a record of its run time is made first', () => {
    const r = (): Recording => new Recording().task(10).event(10_000, 0, 'switch', 10, 0, 0).event(30_000, 0, 'switch', 0, 10, 1);
    const begun = (recording: Recording) => streamOf(recording.contents(), HZ, null, LAGS, () => 2).begins[0]!;
    const [plain, recorded] = [begun(r()), begun(r().put('runtimes', { ts: 29_200, cpu: 0, pid: 10 }))];
    expect(recorded.clockTs).toBe(plain.clockTs);
    expect(recorded.ts).toBeGreaterThan(plain.ts);
  });

  it('begins none for a task that stays runnable', () => {
    const r = new Recording().task(10).task(11).event(10_000, 0, 'switch', 10, 0, 0).event(30_000, 0, 'switch', 11, 10, 0);
    expect(streamOf(r.contents(), HZ, null, LAGS, () => 2).begins).toEqual([]);
  });

  it('ticks from the phase on, at the rate of the recording', () => {
    const r = new Recording().event(1, 0, 'switch', 10, 0, 0);
    const { hz, durationNs } = r.contents().manifest;
    const ticks = steps(r, 1_300_000).filter((step) => step.startsWith('tick '));
    expect(ticks).toHaveLength(Math.ceil((durationNs - 1_300_000) / (1e9 / hz)));
  });
});

describe('tickPhase', () => {
  const PERIOD = 4_000_000;

  it('is that of the earliest of most ticks', () => {
    const r = new Recording();
    for (let i = 0; i < 200; i++) r.put('ticks', { ts: i * PERIOD + 1_300_000 + (i % 5) * 100, cpu: i % 8 });
    for (let i = 0; i < 9; i++) r.put('ticks', { ts: 900e6 + i * PERIOD + 2_900_000, cpu: 0 });
    const phase = tickPhase(r.contents(), HZ)!;
    expect(phase).toBeGreaterThanOrEqual(1_300_000);
    expect(phase).toBeLessThanOrEqual(1_300_100);
  });

  it('is not known where no tick is recorded', () => {
    expect(tickPhase(new Recording().contents(), HZ)).toBeNull();
  });
});
