import type { Manifest } from '../../../bundle/tables/contents.js';
import { EXEC, EXIT, FORK, SWITCH } from './events.js';
import type { Events } from './events.js';
import { IDLE_ROW } from './roster.js';
import type { Roster } from './roster.js';

/**
 * Who ran on each CPU when the recording began: whoever the first event there that a running task causes shows to run.
 * Where no event does, it may be known otherwise who ran throughout; else the CPU counts as idle.
 */
export function firstRunners(events: Events, cpus: number, roster: Roster, throughout: Manifest['throughout'] = []): number[] {
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
  for (const { cpu, pid } of throughout) if (known[cpu] === 0) runners[cpu] = roster.rowOf(pid, cpu);
  return runners;
}
