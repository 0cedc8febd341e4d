import type { LbEnv } from '../kernel/env.js';
import type { DecisionHook } from '../kernel/hooks.js';
import type { Kernel } from '../kernel/kernel.js';
import { MigrationContext, type Policy, type PolicySink } from './policy.js';

/**
 * Puts a policy into a kernel: `kernel.policy = new PolicyHook(kernel, policy, counters)`.
 *
 * Every question that the policy answers costs simulated time: `costNs` is charged to the CPU that asks. Apart
 * from that and the counters, nothing is written. A policy without `selectCpu` is not asked at wake-ups and costs
 * nothing there.
 */
export class PolicyHook implements DecisionHook {
  private readonly context: MigrationContext;

  /**
   * @param counters two doubles: questions answered, and ns charged for them. Taken from the kernel's arena they are
   * part of its snapshots.
   * @param state the policy's own doubles, as many as it asks for; likewise
   * @param sink hears of the policy's events
   */
  constructor(
    private readonly kernel: Kernel,
    readonly policy: Policy,
    private readonly counters: Float64Array = new Float64Array(2),
    state: Float64Array = new Float64Array(stateDoubles(policy, kernel)),
    sink: PolicySink | null = null,
  ) {
    this.context = new MigrationContext(kernel, kernel.lb_env, state, sink);
  }

  /** Questions answered so far. */
  get decisions(): number {
    return this.counters[0]!;
  }

  /** ns of simulated time charged for them so far. */
  get policyNs(): number {
    return this.counters[1]!;
  }

  may_migrate(p: number, env: LbEnv, hot: number): boolean {
    const context = this.context;
    context.p = p;
    context.env = env;
    context.hot = hot;
    const cost = this.cost();
    const answer = this.policy.mayMigrate(context);
    this.pay(cost);
    return answer;
  }

  select_cpu(p: number, prev: number, wake_flags: number, stock: number): number {
    if (this.policy.selectCpu === undefined) return stock;
    const cost = this.cost();
    const answer = this.policy.selectCpu(this.kernel, p, prev, wake_flags, stock);
    this.pay(cost);
    return answer;
  }

  private cost(): number {
    const { policy } = this;
    return policy.costNow === undefined ? policy.costNs : policy.costNow(this.context.state);
  }

  private pay(cost: number): void {
    this.counters[0]!++;
    this.counters[1]! += cost;
    this.kernel.charge(cost);
  }
}

/** How many doubles of its own the policy keeps on that machine. */
export function stateDoubles(policy: Policy, kernel: Kernel): number {
  return policy.stateDoubles?.(kernel.cpus) ?? 0;
}
