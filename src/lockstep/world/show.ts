/** The model's side of a disagreement, in lines for a person. */
import { NIL } from '../../sim/kernel/state/table.js';
import type { World } from './world.js';

/** The root queue of a CPU: what runs, what waits in which order, the buddies. */
export function queueText(w: World, cpu: number): string[] {
  const { k, roster } = w;
  const { cfs: c, se: e, rq } = k;
  const lines: string[] = [];
  const name = (se: number): string => (se === NIL ? 'none' : se < k.tasks ? roster.name(se) : `group ${c.tg[k.group_cfs_rq(se)!]}`);
  lines.push(
    `model: cpu ${cpu} runs ${roster.name(rq.curr[cpu]!)}, nr_running ${rq.nr_running[cpu]}, need_resched ${rq.need_resched[cpu]}, ` +
      `min_vruntime ${c.min_vruntime[cpu]}, next ${name(c.next[cpu]!)}, last ${name(c.last[cpu]!)}, skip ${name(c.skip[cpu]!)}`,
  );
  const curr = c.curr[cpu]!;
  if (curr !== NIL) lines.push(`model: current ${name(curr)} vruntime ${e.vruntime[curr]}, on queue ${e.on_rq[curr]}`);
  let shown = 0;
  for (let se = c.first[cpu]!; se !== NIL && shown < 6; se = e.next[se]!, shown++) {
    lines.push(`model: waits ${name(se)} vruntime ${e.vruntime[se]}`);
  }
  return lines;
}

/** Which CPUs the model has idle, and the queues' lengths. */
export function machineText(w: World): string[] {
  const { rq } = w.k;
  const of = (values: (cpu: number) => number | string): string => Array.from({ length: w.k.cpus }, (_, cpu) => values(cpu)).join(' ');
  return [
    `model: nr_running by CPU ${of((cpu) => rq.nr_running[cpu]!)}`,
    `model: running by CPU ${of((cpu) => w.roster.name(rq.curr[cpu]!))}`,
    `model: wake-ups pending by CPU ${of((cpu) => rq.ttwu_pending[cpu]!)}`,
  ];
}
