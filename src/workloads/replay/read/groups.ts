import { InputError } from '../../../input/error.js';
import type { GroupSpec } from '../../../sim/programs/program.js';
import { ROOT_GROUP } from '../../builder.js';
import type { ReplayGroup } from '../options.js';

/** The workload's task groups: row 0 is the root, then those that the caller described, then those that are only met. */
export class GroupRows {
  readonly rows: GroupSpec[] = [ROOT_GROUP];
  /** Ids that the recording names and nobody described. */
  readonly undescribed: number[] = [];
  private readonly byId = new Map<number, number>([[0, 0]]);

  constructor(described: readonly ReplayGroup[]) {
    for (const [index, { id, parent, ...rest }] of described.entries()) {
      const parentRow = this.byId.get(parent);
      if (parentRow === undefined) throw bad(index, 'parent', 'the id of an earlier group, or 0', parent);
      if (this.byId.has(id)) throw bad(index, 'id', 'an id that no other group has (0 is the root)', id);
      this.byId.set(id, this.rows.push({ ...rest, parent: parentRow }) - 1);
    }
  }

  /** Row for a recorded group id; −1 (unknown) is the root. */
  row(id: number): number {
    if (id < 0) return 0;
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    this.undescribed.push(id);
    const row = this.rows.push({ ...ROOT_GROUP, name: `tg${id}` }) - 1;
    this.byId.set(id, row);
    return row;
  }
}

function bad(index: number, field: string, expected: string, found: number): InputError {
  return new InputError('replay groups', `groups[${index}].${field}`, expected, String(found));
}
