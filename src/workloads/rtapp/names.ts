import type { WorkloadBuilder } from '../builder.js';
import type { RtFile, RtTask } from './model.js';

/** Rows of the objects that an rt-app file speaks of by name; made when a name first comes up. */
export class Names {
  private readonly mutexes = new Map<string, number>();
  private readonly conditions = new Map<string, number>();
  private readonly barriers = new Map<string, number>();
  private readonly groups = new Map<string, number>([['/', 0]]);

  /** @param forked names of tasks that are forked @throws InputError */
  constructor(
    private readonly w: WorkloadBuilder,
    file: RtFile,
    forked: ReadonlySet<string>,
  ) {
    const users = new Map<string, number>();
    for (const task of file.tasks) countBarriers(task, forked, users);
    for (const [name, count] of users) this.barriers.set(name, w.barrier(Math.max(count, 1)));
  }

  mutex(name: string): number {
    return rowOf(this.mutexes, name, () => this.w.mutex());
  }

  /** Conditions, and what suspended tasks wait for, have their names in common. */
  condition(name: string): number {
    return rowOf(this.conditions, name, () => this.w.condition());
  }

  barrier(name: string): number {
    return this.barriers.get(name)!;
  }

  /** A group with all its parents. */
  group(path: string): number {
    return rowOf(this.groups, path, () => {
      const parent = this.group(path.slice(0, path.lastIndexOf('/')) || '/');
      return this.w.group({ name: path, parent });
    });
  }
}

/** A barrier waits for as many threads as name it. */
function countBarriers(task: RtTask, forked: ReadonlySet<string>, users: Map<string, number>): void {
  const own = new Set<string>();
  for (const event of task.phases.flatMap((phase) => phase.events)) {
    if (event.kind !== 'barrier') continue;
    if (forked.has(task.name)) {
      event.at.fail('no barrier in a task that is forked: how many will come is not known', event.barrier);
    }
    if (own.has(event.barrier)) event.at.fail('a barrier of another name at each place of a task', event.barrier);
    own.add(event.barrier);
    users.set(event.barrier, (users.get(event.barrier) ?? 0) + task.instances);
  }
}

function rowOf(rows: Map<string, number>, name: string, make: () => number): number {
  const known = rows.get(name);
  if (known !== undefined) return known;
  const row = make();
  rows.set(name, row);
  return row;
}
