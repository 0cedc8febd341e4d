import { InputError } from '../../../input/error.js';
import { EVENT_KINDS } from '../../../sim/records/records.js';
import type { EventKind, TableData } from '../../../sim/records/records.js';

/** Bits of column b of a waking event. */
export const BY_INTERRUPT = 1;
export const SYNCHRONOUS = 2;

function kind(name: EventKind): number {
  return EVENT_KINDS.indexOf(name);
}

export const SWITCH = kind('switch');
export const WAKING = kind('waking');
export const FORK = kind('fork');
export const EXEC = kind('exec');
export const EXIT = kind('exit');
export const PRIO = kind('prio');
export const ALLOWED = kind('allowed');
export const GROUP = kind('group');
export const DRAW = kind('draw');
export const WAKEUP = kind('wakeup');
export const MIGRATE = kind('migrate');
export const NEWIDLE = kind('newidle');
export const THROTTLE = kind('throttle');

/** The columns of the events table by name. */
export interface Events {
  readonly rows: number;
  readonly ts: ArrayLike<number>;
  readonly cpu: ArrayLike<number>;
  readonly kind: ArrayLike<number>;
  readonly pid: ArrayLike<number>;
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
}

/**
 * The events of a recording, once it is clear that a workload can be read from them.
 *
 * @param file what to call the recording in errors
 * @throws InputError where there are no switches, where time goes backwards, or where a CPU is not below `cpus`
 */
export function checkedEvents(table: TableData, file: string, cpus: number): Events {
  const events: Events = { rows: table.rows, ...(table.columns as unknown as Omit<Events, 'rows'>) };
  let switches = 0;
  for (let row = 0; row < events.rows; row++) {
    if (events.kind[row] === SWITCH) switches++;
    const ts = events.ts[row]!;
    if (row > 0 && ts < events.ts[row - 1]!) {
      const found = `${ts} after ${events.ts[row - 1]}`;
      throw new InputError(file, `events row ${row}`, 'time stamps that do not go backwards', found);
    }
    const cpu = events.cpu[row]!;
    if (!(cpu >= 0 && cpu < cpus)) throw new InputError(file, `events row ${row}`, `a CPU in 0…${cpus - 1}`, String(cpu));
  }
  if (switches === 0) {
    throw new InputError(file, '', 'a capture with sched_switch events', `none among ${events.rows} events`);
  }
  return events;
}
