import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { findChannels } from '../../../../src/workloads/replay/infer/channels.js';
import type { Block } from '../../../../src/workloads/replay/infer/pools.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import { CpuTimes } from '../../../../src/workloads/replay/read/cpu-times.js';

const SIDE = 3;
const WAKES = 90;
const UNIT_NS = 1000;
/** Wake-ups of writers by readers. */
const FULL = 48;

/** A log in which tasks wake others synchronously. */
class Wakes {
  readonly log = new ActionLog();
  readonly blocks: Block[] = [];

  wake(waker: number, task: number, ns: number): void {
    this.log.run(waker, ns);
    this.log.add(waker, Op.POST_SYNC, task, 1);
    const post = this.log.rows - 1;
    this.log.add(task, Op.WAIT, task);
    this.blocks.push({ task, waker, ns: 1, row: this.log.rows - 1, post });
  }

  /** Writers from `first` on, and after them as many readers; the last writer wakes each reader three times only. @param ns by places in the round */
  group(first: number, ns: (places: number) => number, full = FULL): void {
    for (let writer = first; writer < first + SIDE; writer++) {
      const few = writer === first + SIDE - 1;
      let place = 0;
      for (let at = 0; at < (few ? 3 * SIDE : WAKES); at++) {
        const places = few ? 1 : 1 + ((at % (SIDE + 1)) % SIDE);
        place += places;
        this.wake(writer, first + SIDE + (place % SIDE), ns(places));
      }
    }
    for (let at = 0; at < full; at++) this.wake(first + SIDE + (at % SIDE), first + (at % 2), 0);
  }

  find(tasks: number): { readonly writers: readonly number[]; readonly readers: readonly number[]; readonly unitNs: number }[] {
    return findChannels({ log: this.log, blocks: this.blocks, cpuTimes: new CpuTimes() }, tasks);
  }
}

const goesRound = (places: number): number => places * UNIT_NS;
/** As long from one reader to the next one as to any other: not what going round them takes. */
const unclear = (): number => UNIT_NS;

describe('channels', () => {
  it('have writers that wake none of the readers often, but all of them together', () => {
    const wakes = new Wakes();
    wakes.group(0, goesRound);
    const [group, ...more] = wakes.find(2 * SIDE);
    expect(more).toEqual([]);
    expect([group!.writers, group!.readers]).toEqual([[0, 1, 2], [3, 4, 5]]);
    expect(group!.unitNs).toBeCloseTo(UNIT_NS, -1);
  });

  it('do not have the task that starts and ends all of them', () => {
    const wakes = new Wakes();
    wakes.group(0, goesRound);
    for (let time = 0; time < 2; time++) for (let task = 0; task < 2 * SIDE; task++) wakes.wake(2 * SIDE, task, 0);
    expect(wakes.find(2 * SIDE + 1).map(({ writers, readers }) => [...writers, ...readers])).toEqual([[0, 1, 2, 3, 4, 5]]);
  });

  it('of one shape are taken to be alike where one of them shows who writes, and are none where no one does', () => {
    const alone = new Wakes();
    alone.group(0, unclear);
    expect(alone.find(2 * SIDE)).toEqual([]);
    const both = new Wakes();
    both.group(0, unclear, 24);
    both.group(2 * SIDE, goesRound);
    expect(both.find(4 * SIDE).map(({ writers, readers }) => [...writers, ...readers])).toEqual([[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]);
  });
});
