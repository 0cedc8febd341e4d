import { EXEC, EXIT, FORK, SWITCH } from './events.js';
import type { Events } from './events.js';
import { IDLE_ROW } from './roster.js';
import type { Roster } from './roster.js';

/**
 * Who ran on each CPU when the recording began: whoever the first event there that a running task causes shows to run.
 * A CPU without any such event counts as idle.
 */
export function firstRunners(events: Events, cpus: number, roster: Roster): number[] {
  const runners: number[] = new Array<number>(cpus).fill(IDLE_ROW);
  const known = new Uint8Array(cpus);
  let left = cpus;
  for (let row = 0; row < events.rows && left > 0; row++) {
    const kind = events.kind[row]!;
    if (kind !== SWITCH && kind !== FORK && kind !== EXEC && kind !== EXIT) continue;
    const cpu = events.cpu[row]!;
    if (known[cpu] === 1) continue;
    known[cpu] = 1;
    left--;
    runners[cpu] = roster.rowOf(kind === SWITCH ? events.a[row]! : events.pid[row]!, cpu);
  }
  return runners;
}
