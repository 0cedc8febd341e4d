import type { KnobName } from './knobs.js';

/** What L3 asks of a metric. */
export interface MetricRule {
  readonly unit: '' | 'ns' | '1/s';
  /** Relative; a wider spread of the kernel's own takes its place. */
  readonly limit: number;
  /** Knobs that must move it, in the order in which they are looked at, and why they should. */
  readonly knobs: readonly KnobName[];
  readonly why: string;
}

const COUNT_LIMIT = 0.1;

function rule(unit: MetricRule['unit'], limit: number, knobs: readonly KnobName[], why: string): MetricRule {
  return { unit, limit, knobs, why };
}

/**
 * The metrics that are judged, in the order in which they are stated. Which knob is turned wrong for which metric is here
 * and nowhere else.
 */
const RULES: Readonly<Record<string, MetricRule>> = {
  completion_ns: rule('ns', 0.03, ['switch cost', 'kernel work', 'slow siblings'],
    'Kernel work takes the time of those that work, and so does a sibling that shares the core: everything ends later.'),
  context_switches: rule('', COUNT_LIMIT, ['coarse granularity', 'fine granularity', 'no wake-up preemption', 'kernel work', 'slow siblings'],
    'How often tasks that share a CPU take turns is a matter of slices, of preemption by woken tasks, and of how much they get done.'),
  wakeup_latency_p50_ns: rule('ns', COUNT_LIMIT, ['interrupt delays', 'switch cost', 'no wake-up preemption', 'kernel work'],
    'Half of the wake-ups find an idle CPU, or one that lets go at once: what is left is the way there.'),
  wakeup_latency_p99_ns: rule('ns', 0.2,
    ['no wake-up preemption', 'coarse granularity', 'fine granularity', 'interrupt delays', 'kernel work'],
    'The longest waits are those behind a task that may not be preempted.'),
  can_migrate_per_s: rule('1/s', COUNT_LIMIT, ['nr_migrate', 'never hot', 'newidle dice', 'kernel work'],
    'A balance asks about at most nr_migrate tasks, and ends early where tasks are let go.'),
  hot_refusals: rule('', COUNT_LIMIT, ['never hot', 'nr_migrate', 'always hot'], 'With a migration cost of 0 no task is hot, with one of −1 every one.'),
  forced_migrations: rule('', COUNT_LIMIT, ['never hot', 'nr_migrate', 'cache_nice_tries'],
    'Only a hot task can be moved although it is hot, and only after so many failed balances.'),
  lb_failed_share: rule('', COUNT_LIMIT, ['never hot', 'always hot', 'nr_migrate', 'cache_nice_tries'],
    'A balance fails where all that it asks about is refused, and hot tasks are most of what is refused.'),
  migrations_wakeup: rule('', COUNT_LIMIT, ['no wake_affine', 'interrupt delays', 'fine granularity', 'kernel work'],
    'Without WA_IDLE, WA_WEIGHT and WA_BIAS a woken task never comes to its waker.'),
  migrations_balance: rule('', COUNT_LIMIT, ['never hot', 'always hot', 'nr_migrate', 'newidle dice'],
    'What the balancer may take, and how many tasks it looks at, decides what it moves.'),
  migrations_active: rule('', COUNT_LIMIT, ['always hot', 'nr_migrate', 'hz', 'kernel work', 'cache_nice_tries'],
    'A running task is pushed when balances have failed often enough.'),
  migrations_fork: rule('', COUNT_LIMIT, ['no fork balancing', 'hz', 'fine granularity', 'kernel work'],
    'A child is sent to the idlest CPU of the domains that balance forks, and stays where it was born without them.'),
};

/** load_balance() calls by idle type, whatever the level. */
const BALANCES: Readonly<Record<string, MetricRule>> = {
  newidle: rule('', COUNT_LIMIT, ['newidle dice', 'balance cost', 'never hot', 'kernel work', 'newidle cost'],
    'Which domains a newly idle CPU balances is a matter of dice, of what it has cost, and of whether a task is found.'),
  idle: rule('', COUNT_LIMIT, ['hz', 'coarse granularity', 'newidle dice', 'kernel work', 'balance intervals'],
    'An idle CPU balances at ticks, at the intervals of its domains, for as long as it finds none to run.'),
  busy: rule('', COUNT_LIMIT, ['hz', 'kernel work', 'coarse granularity', 'busy_factor'],
    'A busy CPU balances at ticks, at intervals that are rounded to them and busy_factor times as long.'),
};

const ORDER = Object.keys(RULES);
const BY_NAME = new Map(Object.entries(RULES));
const BY_IDLE = new Map(Object.entries(BALANCES));

/** The rule of a metric of `seriesOf`. @throws RangeError where there is none */
export function ruleOf(metric: string): MetricRule {
  const found = BY_NAME.get(metric) ?? BY_IDLE.get(/^lb_([a-z]+)_/.exec(metric)?.[1] ?? '');
  if (found === undefined) throw new RangeError(`no rule for the metric ${metric}`);
  return found;
}

/** Metrics as they are stated: those of the table first, then the balances by idle type and level, in the order given. */
export function inOrder(metrics: readonly string[]): string[] {
  const known = ORDER.filter((metric) => metrics.includes(metric));
  return [...known, ...metrics.filter((metric) => !known.includes(metric))];
}
