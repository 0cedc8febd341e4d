import { describe, expect, it } from 'vitest';
import { GroupRows } from '../../../../src/workloads/replay/read/groups.js';

const spec = { weight: 100, quotaNs: null, periodNs: 100_000_000, burstNs: 0, idle: false };

describe('GroupRows', () => {
  it('turns ids into rows, parents first', () => {
    const groups = new GroupRows([
      { ...spec, name: 'a', id: 4, parent: 0 },
      { ...spec, name: 'a/b', id: 9, parent: 4, weight: 300 },
    ]);
    expect([0, -1, 4, 9, 5, 5].map((id) => groups.row(id))).toEqual([0, 0, 1, 2, 3, 3]);
    expect(groups.rows.map(({ name, parent, weight }) => [name, parent, weight])).toEqual([
      ['/', 0, 100],
      ['a', 0, 100],
      ['a/b', 1, 300],
      ['tg5', 0, 100],
    ]);
    expect(groups.undescribed).toEqual([5]);
    expect(groups.rows[1]).not.toHaveProperty('id');
  });
});
