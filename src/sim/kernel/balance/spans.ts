import type { Kernel } from '../kernel.js';

/**
 * Whether `cpu` is among the `len` CPUs of Kernel.topo_cpus that start at `off`. Spans are ascending.
 * @kernel include/linux/cpumask.h cpumask_test_cpu
 * @omits nothing
 */
export function span_has(k: Kernel, off: number, len: number, cpu: number): boolean {
  const cpus = k.topo_cpus;
  for (let i = off; i < off + len; i++) {
    if (cpus[i]! === cpu) return true;
    if (cpus[i]! > cpu) return false;
  }
  return false;
}

/**
 * cpumask_test_cpu(cpu, sched_domain_span(sd))
 * @kernel include/linux/sched/topology.h sched_domain_span
 * @omits nothing
 */
export function sd_spans(k: Kernel, sd: number, cpu: number): boolean {
  return span_has(k, k.sd.span_off[sd]!, k.sd.span_weight[sd]!, cpu);
}

/**
 * cpumask_test_cpu(cpu, sched_group_span(sg))
 * @kernel kernel/sched/sched.h sched_group_span
 * @omits nothing
 */
export function sg_spans(k: Kernel, sg: number, cpu: number): boolean {
  return span_has(k, k.sg.span_off[sg]!, k.sg.group_weight[sg]!, cpu);
}

/**
 * The CPU that balances for the group where none of its CPUs is idle.
 * @kernel kernel/sched/sched.h group_balance_cpu
 * @omits nothing
 */
export function group_balance_cpu(k: Kernel, sg: number): number {
  return k.topo_cpus[k.sg.mask_off[sg]!]!;
}
