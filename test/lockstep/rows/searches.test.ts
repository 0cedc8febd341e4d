import { describe, expect, it } from 'vitest';
import { loadMachine } from '../../../src/experiment/schema/profile.js';
import { onAimed, onRound, onSearched } from '../../../src/lockstep/rows/searches.js';
import { Tally } from '../../../src/lockstep/agreement/tally.js';
import { onSelect } from '../../../src/lockstep/rows/wakeups.js';
import { World } from '../../../src/lockstep/world/world.js';
import { Recording } from '../support/recording.js';

const WF_TTWU = 8;
/** When the mask is complete, and the record. */
const MASKED = 1_000_000;
const TS = MASKED + 200;

/** CPU 0 wakes a task that ran on CPU 3; the mask has CPUs 3 and 5 idle, and the kernel chose `chosen`. */
function searching(chosen: number, quantumNs: number | null = 1000, other: Readonly<Record<string, number>> = {}, machine = 'pvt8c') {
  const r = new Recording().task(10);
  r.put('wakeups', {
    ts: TS, cpu: 0, pid: 10, prev: 3, chosen, wake_flags: WF_TTWU, path: 2, target: 3, recent: -1, idle_low: 0b101000, allowed: -1,
    has_idle_cores: -1, nr_idle_scan: 8, ...other,
  });
  const contents = r.contents();
  const turns = quantumNs === null ? {} : { quantumNs, firstTimestampNs: '0' };
  const w = new World({ ...contents, manifest: { ...contents.manifest, ...turns } }, loadMachine(machine), new Tally(1, null), 0);
  w.at(900_000, 0, 0);
  w.k.rq.ttwu_pending.fill(1);
  w.k.rq.ttwu_pending[3] = 0;
  w.k.rq.ttwu_pending[5] = 0;
  return { w, c: contents.instrument.wakeups!.columns as Readonly<Record<string, ArrayLike<number>>> };
}

/** The search, in whose midst a round begins with which CPU 3 is seen to be busy; null: none does. */
function search(chosen: number, begun: number | null, quantumNs: number | null = 1000) {
  const { w, c } = searching(chosen, quantumNs);
  onAimed(w, c, 0, MASKED - 420, MASKED);
  const busy = (): void => void (w.k.rq.ttwu_pending[3] = 1);
  if (begun !== null && begun <= MASKED) {
    busy();
    onRound(w, { ts: begun, row: 0 });
  }
  onSelect(w, c, 0, MASKED);
  if (begun !== null && begun > MASKED) {
    busy();
    onRound(w, { ts: begun, row: 0 });
  }
  onSearched(w, c, 0);
  return w.tally.counts.wakeup_cpu;
}

const AGREES = { count: 1, decidable: 1, agree: 1 };
const DIFFERS = { count: 1, decidable: 1, agree: 0 };

/** CPU 0 wakes a task of CPU 3 on a machine of two nodes; CPU 1 alone is idle, until a round begins at `begun`. */
function searchOnNode(begun: number) {
  const r = new Recording().task(10);
  r.put('wakeups', {
    ts: TS + 700, cpu: 0, pid: 10, prev: 3, chosen: 1, wake_flags: WF_TTWU, path: 2, target: 3, recent: -1, idle_low: 0b10, allowed: -1,
    has_idle_cores: -1, nr_idle_scan: 8,
  });
  const contents = r.contents();
  const turns = { quantumNs: 1000, firstTimestampNs: '0' };
  const w = new World({ ...contents, manifest: { ...contents.manifest, ...turns } }, loadMachine('pvt8numa'), new Tally(1, null), 0);
  w.at(900_000, 0, 0);
  w.k.rq.ttwu_pending.fill(1);
  w.k.rq.ttwu_pending[1] = 0;
  const c = contents.instrument.wakeups!.columns as Readonly<Record<string, ArrayLike<number>>>;
  onAimed(w, c, 0, MASKED - 420, MASKED);
  onSelect(w, c, 0, MASKED);
  w.k.rq.ttwu_pending[1] = 1;
  onRound(w, { ts: begun, row: 0 });
  onSearched(w, c, 0);
  return w.tally.counts.wakeup_cpu;
}

describe('a search for a CPU', () => {
  it('passes over the CPUs of other caches, which takes no time', () => {
    expect(searchOnNode(MASKED + 550)).toEqual(AGREES);
    expect(searchOnNode(MASKED + 300)).toEqual(DIFFERS);
  });

  it('finds what was idle when the mask was made, where no round begins', () => {
    expect(search(3, null)).toEqual(AGREES);
    expect(search(5, null)).toEqual(DIFFERS);
  });

  it('sees what changes with a round only where it looks after that has begun', () => {
    expect(search(3, MASKED + 150)).toEqual(AGREES);
    expect(search(5, MASKED + 10)).toEqual(AGREES);
    expect(search(3, MASKED + 10)).toEqual(DIFFERS);
  });

  it('looks again, at CPUs that became idle after its first look', () => {
    // CPU 5, that the task used before, is looked at first, and last in the scan of all.
    const again = (begun: number) => {
      const { w, c } = searching(5, 1000, { recent: 5, idle_low: 0 });
      w.k.rq.ttwu_pending.fill(1);
      onAimed(w, c, 0, MASKED - 420, MASKED);
      onSelect(w, c, 0, MASKED);
      w.k.rq.ttwu_pending[5] = 0;
      onRound(w, { ts: begun, row: 0 });
      onSearched(w, c, 0);
      return w.tally.counts.wakeup_cpu;
    };
    expect(again(MASKED + 250)).toEqual(AGREES);
    expect(again(MASKED + 900)).toEqual(DIFFERS);
  });

  it('looks at the siblings of a core one after the other, where it looks for a whole one', () => {
    // CPUs 6 and 7 are idle, and 6 no more from the round on: their core comes second.
    const core = (chosen: number, begun: number) => {
      const { w, c } = searching(chosen, 1000, { idle_low: 0b11000000, has_idle_cores: 1 }, 'pvt8');
      w.k.rq.ttwu_pending.fill(1);
      w.k.rq.ttwu_pending[6] = 0;
      w.k.rq.ttwu_pending[7] = 0;
      onAimed(w, c, 0, MASKED - 420, MASKED);
      onSelect(w, c, 0, MASKED);
      w.k.rq.ttwu_pending[6] = 1;
      onRound(w, { ts: begun, row: 0 });
      onSearched(w, c, 0);
      return w.tally.counts.wakeup_cpu;
    };
    expect(core(7, MASKED + 380)).toEqual(AGREES);
    expect(core(6, MASKED + 480)).toEqual(AGREES);
    expect(core(7, MASKED + 480)).toEqual(DIFFERS);
  });

  it('is not decidable where the round begins with that very look', () => {
    expect(search(3, MASKED + 60)).toEqual({ count: 1, decidable: 0, agree: 0 });
  });

  it('believes the mask of a CPU that was read before the change', () => {
    // CPU 3 is read some 200 ns before the mask is complete; by the first look it is busy.
    expect(search(5, MASKED - 100)).toEqual(AGREES);
  });

  it('is not decidable on a machine of which no turns are known, where a CPU changes meanwhile and it matters', () => {
    expect(search(3, MASKED + 150, null)).toEqual({ count: 1, decidable: 0, agree: 0 });
    expect(search(3, null, null)).toEqual(AGREES);
  });
});
