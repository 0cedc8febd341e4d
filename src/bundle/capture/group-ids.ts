import type { SeenGroups } from '../collect/group-watch.js';
import type { RecordedGroup } from '../tables/contents.js';

/** With more groups than this their orders are not tried. */
const MOST_GROUPS = 8;

/**
 * Which id is which group's. The kernel numbers groups as they are made, and the file that tells of them has them in another order
 * than that where their maker did: then a group without a quota is throttled, or one is in another than its name says.
 * @param groups as the file has them, with the ids of its order
 * @returns the groups with the ids that contradict the trace least, as near to the file's order as may be; and what to say of it
 */
export function numberGroups(groups: readonly RecordedGroup[], seen: SeenGroups): { readonly groups: readonly RecordedGroup[]; readonly note: string | null } {
  if (contradictions(groups, seen) === 0) return { groups, note: null };
  let [best, least] = [groups, contradictions(groups, seen)];
  const ids = groups.map(({ id }) => id);
  /** Tries all orders in which no group comes before the one that it is in. */
  const order = (chosen: readonly RecordedGroup[], rest: readonly RecordedGroup[]): void => {
    if (least === 0) return;
    if (rest.length === 0) {
      const numbered = renumber(chosen, ids);
      const found = contradictions(numbered, seen);
      if (found < least) [best, least] = [numbered, found];
      return;
    }
    for (const next of rest) {
      if (rest.some(({ id }) => id === next.parent)) continue;
      order([...chosen, next], rest.filter((other) => other !== next));
    }
  };
  if (groups.length <= MOST_GROUPS) order([], groups);
  const names = best.map(({ id, name }) => `${name} ${id}`).join(', ');
  const moved = best === groups ? '' : `the trace contradicts the order of the groups in cgroups: their ids are taken to be ${names}`;
  const left = least === 0 ? '' : `${least} of what the trace shows of groups contradicts cgroups whatever their ids are`;
  return { groups: best, note: [moved, left].filter((text) => text !== '').join('; ') };
}

function renumber(chosen: readonly RecordedGroup[], ids: readonly number[]): RecordedGroup[] {
  const to = new Map(chosen.map(({ id }, i) => [id, ids[i]!]));
  return chosen.map((group) => ({ ...group, id: to.get(group.id)!, parent: to.get(group.parent) ?? 0 }));
}

function contradictions(groups: readonly RecordedGroup[], { parents, throttled }: SeenGroups): number {
  let count = 0;
  for (const { id, parent, quotaNs } of groups) {
    if (throttled.has(id) && quotaNs === null) count++;
    if (parents.has(id) && parents.get(id) !== parent) count++;
  }
  return count;
}
