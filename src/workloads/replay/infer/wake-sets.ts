/** That `waker` woke `task`. */
export interface Wake {
  readonly waker: number;
  readonly task: number;
}

/**
 * Which tasks wake each other, directly or not: the lowest task of each such set stands for it.
 *
 * @param often how often two must have woken each other, either way round: a few times may be an accident, as a condition that is
 *   broadcast or the end of a program
 * @returns the task that stands for the set of a task, 0…tasks−1; itself where it is alone
 */
export function wakeSets(wakes: Iterable<Wake>, tasks: number, often: number): (task: number) => number {
  const times = new Map<number, number>();
  const parent = Array.from({ length: tasks }, (_, task) => task);
  const root = (task: number): number => {
    let at = task;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (const { task, waker } of wakes) {
    const pair = Math.min(waker, task) * tasks + Math.max(waker, task);
    const seen = (times.get(pair) ?? 0) + 1;
    times.set(pair, seen);
    if (seen !== often) continue;
    const [a, b] = [root(waker), root(task)];
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  return root;
}
