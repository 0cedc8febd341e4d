import type { RtFile, RtTask } from './model.js';

/** Children that are allowed for where forks go on without end. */
const FORKS_MAX = 1024;

/** Names of the tasks that are forked. @throws InputError where there is no such task */
export function forkedTasks(file: RtFile): ReadonlySet<string> {
  const names = new Set(file.tasks.map((task) => task.name));
  const forked = new Set<string>();
  for (const event of file.tasks.flatMap((task) => task.phases).flatMap((phase) => phase.events)) {
    if (event.kind !== 'fork') continue;
    if (!names.has(event.task)) event.at.fail(`one of the tasks ${[...names].join(', ')}`, event.task);
    forked.add(event.task);
  }
  return forked;
}

/** The most children that the tasks of a file can have at once, at least where they fork no more than FORKS_MAX. */
export function forksOf(file: RtFile): number {
  // Threads that start in each round of forking; a file without circles is through after as many rounds as it has tasks.
  let starting = new Map(file.tasks.map((task) => [task.name, task.instances]));
  let total = 0;
  for (let round = 0; round <= file.tasks.length && total < FORKS_MAX; round++) {
    const next = new Map<string, number>();
    for (const task of file.tasks) {
      const threads = starting.get(task.name) ?? 0;
      if (threads === 0) continue;
      for (const [name, count] of forksOfThread(task)) {
        next.set(name, (next.get(name) ?? 0) + threads * count);
        total += threads * count;
      }
    }
    starting = next;
  }
  return Math.min(total, FORKS_MAX);
}

function forksOfThread(task: RtTask): [string, number][] {
  const forks: [string, number][] = [];
  for (const phase of task.phases) {
    for (const event of phase.events) {
      if (event.kind === 'fork') forks.push([event.task, (task.loop ?? FORKS_MAX) * (phase.loop ?? FORKS_MAX)]);
    }
  }
  return forks;
}
