import type { RtEvent, RtTask } from './model.js';

/** Mutexes that a task may hold at once. */
const HELD_MAX = 64;

/**
 * Follows which mutexes a task holds, and refuses what pthread leaves undefined: giving back what is not held, taking
 * what is, waiting without the mutex, and a round that ends with other mutexes than it began with.
 *
 * @returns the `sync` events that must take and give back their mutex themselves, since the task does not hold it there
 * @throws InputError
 */
export function checkLocks(task: RtTask): ReadonlySet<RtEvent> {
  const held = new Set<string>();
  const own = new Set<RtEvent>();
  for (const phase of task.phases) {
    const before = [...held].sort(byName).join();
    for (const event of phase.events) followEvent(event, held, own);
    if (phase.loop !== 1 && [...held].sort(byName).join() !== before) {
      phase.at.fail('the same mutexes held at both ends of a phase that is repeated', namesOf(held));
    }
    if (phase.loop === null) return own;
  }
  if (held.size > 0) task.at.fail('every mutex given back at the end of the task', namesOf(held));
  return own;
}

function followEvent(event: RtEvent, held: Set<string>, own: Set<RtEvent>): void {
  switch (event.kind) {
    case 'lock':
      if (held.has(event.mutex)) event.at.fail('a mutex that the task does not hold', event.mutex);
      if (held.size >= HELD_MAX) event.at.fail(`at most ${HELD_MAX} mutexes held at once`, event.mutex);
      held.add(event.mutex);
      break;
    case 'unlock':
      if (!held.delete(event.mutex)) event.at.fail('a mutex that the task holds', event.mutex);
      break;
    case 'wait':
      if (!held.has(event.mutex)) event.at.fail(`"lock" of ${event.mutex} before the wait`, 'none');
      break;
    case 'sync':
      if (!held.has(event.mutex)) own.add(event);
      break;
  }
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function namesOf(held: ReadonlySet<string>): string {
  return held.size === 0 ? 'none held' : `${[...held].join(', ')} held`;
}
