import { describe, expect, it } from 'vitest';
import { fitLags, MIN_RECORDS, settleOffset } from '../../../src/lockstep/time/lags.js';
import { Recording } from '../support/recording.js';

const FIT = { offsetNs: 500_000, ppm: 0, records: 1 };
const PERIOD = 1_000_000;
const DECIDED = 5;

/** What the task's leaving of the CPU looks like: its events, and when the kernel read its clock. */
type Leaving = (r: Recording, at: number) => number;

/** Task 10 leaves CPU 1 so many times, and after each time there is a decision on it that shows when it last ran. */
function recording(times: number, leave: Leaving): Recording {
  const r = new Recording().task(10).task(11).event(1000, 1, 'switch', 10, 0, 0);
  for (let i = 1; i <= times; i++) {
    const read = leave(r, i * PERIOD);
    r.put('decisions', {
      ts: i * PERIOD + 400_000, pid: 10, src_cpu: 1, reason: DECIDED, exec_start: read - FIT.offsetNs,
    });
    r.event(i * PERIOD + 500_000, 1, 'switch', 10, 0, 0);
  }
  return r;
}

const blocks = (lag: (i: number) => number): Leaving => {
  let i = 0;
  return (r, at) => {
    r.event(at, 1, 'switch', 0, 10, 1);
    return at - lag(i++);
  };
};

describe('fitLags', () => {
  it('takes what is usual where the recording shows too little', () => {
    const usual = { block: 1170, gate: 480, ran: 620, place: 300 };
    expect(fitLags(new Recording().contents(), FIT)).toEqual({ ...usual, counts: [0, 0, 0, 0] });
    const few = fitLags(recording(MIN_RECORDS - 1, blocks(() => 2000)).contents(), FIT);
    expect(few).toEqual({ ...usual, counts: [MIN_RECORDS - 1, 0, 0, 0] });
  });

  it('takes the median of what a blocking task shows', () => {
    const lags = fitLags(recording(31, blocks((i) => 2000 + i)).contents(), FIT);
    expect(lags).toMatchObject({ block: 2015, gate: 480, counts: [31, 0, 0, 0] });
  });

  it('leaves out differences that are of another kind', () => {
    const lags = fitLags(recording(40, blocks((i) => (i % 2 === 0 ? 1500 : i % 4 === 1 ? 30_000 : -5))).contents(), FIT);
    expect(lags).toMatchObject({ block: 1500, counts: [20, 0, 0, 0] });
  });

  it('does not take the clock of a preemption for that of the task that then blocks', () => {
    const told: Leaving = (r, at) => {
      r.put('preempts', { ts: at - 4000, cpu: 1, curr: 10, pid: 11, result: 1 }).event(at, 1, 'switch', 0, 10, 1);
      return at - 4500;
    };
    expect(fitLags(recording(20, told).contents(), FIT)).toMatchObject({ block: 1170, counts: [0, 0, 0, 0] });
    const left: Leaving = (r, at) => {
      r.put('preempts', { ts: at - 4000, cpu: 1, curr: 10, pid: 11, result: 0 }).event(at, 1, 'switch', 0, 10, 1);
      return at - 1200;
    };
    expect(fitLags(recording(20, left).contents(), FIT)).toMatchObject({ block: 1200, counts: [20, 0, 0, 0] });
  });

  it('tells a newly-idle balance that ran from one that a gate stopped', () => {
    for (const [gate, name, index] of [[0, 'ran', 2], [5, 'gate', 1]] as const) {
      const leave: Leaving = (r, at) => {
        r.put('newidles', { ts: at - 3000, cpu: 1, gate, cost: 700 });
        r.event(at, 1, 'switch', 0, 10, 1);
        return at - 3000 - 700 - 900;
      };
      const lags = fitLags(recording(20, leave).contents(), FIT);
      expect(lags[name]).toBe(900);
      expect(lags.counts[index]).toBe(20);
    }
  });

  it('measures placements by the preemptions that they lead to', () => {
    const leave: Leaving = (r, at) => {
      r.put('places', { ts: at - 4000, cpu: 1, pid: 11, initial: 0 });
      r.event(at, 1, 'switch', 11, 10, 0);
      return at - 4000 - 250;
    };
    expect(fitLags(recording(20, leave).contents(), FIT)).toMatchObject({ place: 250, counts: [0, 0, 0, 20] });
  });
});

describe('settleOffset', () => {
  const longer = { block: 1940, gate: 1240, ran: 620, place: 1070, counts: [40, 40, 0, 40] };
  const contents = new Recording().contents();

  it('takes what the least of all lags is longer by for the offset’s, and leaves those that were not measured', () => {
    const settled = settleOffset(FIT, longer, contents);
    expect(settled.clock).toEqual({ ...FIT, offsetNs: FIT.offsetNs + 760 });
    expect(settled.lags).toEqual({ block: 1180, gate: 480, ran: 620, place: 310, counts: longer.counts });
  });

  it('changes nothing where one is not longer, one alone was measured, or records of run times make them so', () => {
    for (const lags of [{ ...longer, place: 320 }, { ...longer, counts: [40, 0, 0, 0] }]) expect(settleOffset(FIT, lags, contents)).toEqual({ clock: FIT, lags });
    const runtimes = new Recording().put('runtimes', { ts: 1 }).contents();
    expect(settleOffset(FIT, longer, runtimes)).toEqual({ clock: FIT, lags: longer });
  });
});
