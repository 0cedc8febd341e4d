import { describe, expect, it } from 'vitest';
import { GroupWatch } from '../../../src/bundle/collect/group-watch.js';

describe('what a trace shows of task groups', () => {
  it('is the group that is queued after a task of another, on the same CPU, and most often', () => {
    const watch = new GroupWatch();
    for (const parent of [2, 3, 2]) {
      watch.placed(0, 10, 4);
      watch.placed(1, 11, 7);
      watch.placed(0, -1, parent);
    }
    expect([...watch.seen().parents]).toEqual([[4, 2]]);
  });

  it('is not the group that is queued after a release, whose own placement comes first', () => {
    const watch = new GroupWatch();
    watch.placed(0, 10, 4);
    watch.throttles(0, 5);
    watch.placed(0, -1, 3);
    expect(watch.seen()).toEqual({ parents: new Map(), throttled: new Set([5]) });
  });
});
