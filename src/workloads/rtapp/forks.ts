import type { RtFile, RtTask } from './model.js';

/** Children that are allowed for where forks go on without end. */
const FORKS_MAX = 1024;

/** Names of the tasks that are forked. @throws InputError where there is no such task */
export function forkedTasks(file: RtFile): ReadonlySet<string> {
  const names = new Set(file.tasks.map((task) => task.name));
  const forked = new Set<string>();
  for (const event of file.tasks.flatMap((task) => task.phases).flatMap((phase) => phase.events)) {
    if (event.kind !== 'fork') continue;
    if (!names.has(event.task)) event.at.fail('the name of a task of this file', event.task);
    forked.add(event.task);
  }
  return forked;
}

/** The most children that the tasks of a file can have at once, as long as that is no more than FORKS_MAX. */
export function forksOf(file: RtFile): number {
  const forks = new Map(file.tasks.map((task) => [task.name, forksOfThread(task)]));
  // Threads that start in each round of forking. Every round but the last one adds to the total.
  let starting = new Map(file.tasks.map((task) => [task.name, task.instances]));
  let total = 0;
  while (starting.size > 0 && total < FORKS_MAX) {
    const next = new Map<string, number>();
    for (const [parent, threads] of starting) {
      if (threads === 0) continue;
      for (const [child, count] of forks.get(parent)!) {
        next.set(child, (next.get(child) ?? 0) + threads * count);
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
