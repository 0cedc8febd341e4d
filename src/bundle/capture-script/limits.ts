/**
 * What a trace of an unpatched kernel can tell and what not: in the comments of the script, in the verb's help and, word
 * for word, in docs/CAPTURE.md.
 */
export const CAN_KNOW: readonly string[] = [
  'which task ran where and when, who woke whom, births and exits: a workload to run under any policy',
  'every move of a task (sched_migrate_task), and on which CPU it was done: the one that pulled it',
  'for each domain, from schedstat: balance attempts, failures, tasks moved, tasks moved although hot, active balances',
  'the sched domains with their flags and limits, the features and knobs of the scheduler, the CPUs and caches',
  'affinities, nice values, policies and task groups (cgroup v2) of the tasks that are there when it begins, and their weights and quotas',
];
export const CANNOT_KNOW: readonly string[] = [
  'what can_migrate_task() was asked and on what: delta, loads, vruntime, nr_balance_failed; so L1 has nothing to decide',
  'which calls were refused and why; of the forced moves there are only totals',
  'how far a load_balance() came, which CPU was busiest, the imbalance; the state of newly-idle balancing and its dice',
  'why a wake-up chose its CPU, vruntimes, preemption tests: lockstep can compare only what was chosen',
  'affinities, policies and task groups that change; nice values, but for the priority that sched_switch shows; groups of cgroup v1',
];
export const KPROBE_LIMITS: readonly string[] = [
  'only where the compiler has left the functions whole (/proc/kallsyms has their names, perhaps with a suffix)',
  'of answers: 0 or 1 of can_migrate_task() (a forced 1 looks like any other), tasks moved of load_balance()',
  'of calls: the CPUs from and to, the kind of idleness, and which task or domain as an address only; on x86-64, where the ' +
    'functions have kept their names without a suffix; the CPUs as Linux 6.1 has them in struct lb_env',
  'not what an answer was made from: delta, loads, nr_balance_failed, reasons; so neither L1 nor lockstep has more to decide',
  'a bundle has each call as a row of decisions, with what it tells: CPUs, idleness, answer; −1 for all the rest',
  'whose call it was only from the first move of that task on: the sched_migrate_task that follows a yes gives its address a ' +
    'name, until the task exits; before that the pid is −1',
  'each probe makes a call some µs longer',
];
