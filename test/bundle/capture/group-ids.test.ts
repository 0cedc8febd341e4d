import { describe, expect, it } from 'vitest';
import { numberGroups } from '../../../src/bundle/capture/group-ids.js';
import { GroupWatch } from '../../../src/bundle/collect/group-watch.js';
import type { RecordedGroup } from '../../../src/bundle/tables/contents.js';

const group = (id: number, parent: number, name: string, quotaNs: number | null = null): RecordedGroup =>
  ({ id, parent, name, weight: 100, quotaNs, periodNs: 100_000_000, burstNs: 0, idle: false });
const NAMED = [group(2, 0, 'a'), group(3, 0, 'b'), group(4, 2, 'a/w'), group(5, 2, 'a/z', 1_000_000)];
const ids = (groups: readonly RecordedGroup[]): string[] =>
  [...groups].sort((one, other) => one.id - other.id).map(({ id, name, parent }) => `${name} ${id} in ${parent}`);

describe('the ids of task groups', () => {
  it('are those of the order in the file, where the trace does not contradict them', () => {
    const watch = new GroupWatch();
    watch.throttles(0, 5);
    watch.placed(0, 10, 4);
    watch.placed(0, -1, 2);
    watch.placed(0, -1, 0);
    expect(numberGroups(NAMED, watch.seen())).toEqual({ groups: NAMED, note: null });
  });

  it('are others where a group without a quota is throttled', () => {
    const watch = new GroupWatch();
    watch.throttles(0, 4);
    const { groups, note } = numberGroups(NAMED, watch.seen());
    expect(ids(groups)).toEqual(['a 2 in 0', 'b 3 in 0', 'a/z 4 in 2', 'a/w 5 in 2']);
    expect(note).toContain('a/z 4');
  });

  it('are others where a group is in another than its name says', () => {
    const watch = new GroupWatch();
    // The queue of 4 and then that of 3, on CPU 1; CPU 0 comes between.
    watch.placed(1, 10, 4);
    watch.placed(0, 11, 2);
    watch.placed(1, -1, 3);
    watch.placed(1, -1, 0);
    expect(ids(numberGroups(NAMED, watch.seen()).groups)).toEqual(['b 2 in 0', 'a 3 in 0', 'a/w 4 in 3', 'a/z 5 in 3']);
  });

  it('say so where no order agrees with the trace', () => {
    const watch = new GroupWatch();
    for (const tg of [2, 3]) watch.throttles(0, tg);
    const { groups, note } = numberGroups(NAMED.slice(0, 2), watch.seen());
    expect(groups).toEqual(NAMED.slice(0, 2));
    expect(note).toContain('whatever their ids are');
  });
});
