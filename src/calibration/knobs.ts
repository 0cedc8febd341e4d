import { withSettings } from '../experiment/machine.js';
import type { KernelCosts } from '../sim/kernel/config.js';
import type { BuiltDomain } from '../sim/kernel/topology/built.js';
import { build_topology } from '../sim/kernel/topology/build.js';
import { setFlagsOf, type DomainSettings } from '../sim/kernel/topology/tune.js';
import type { MachineProfile } from '../sim/profile.js';

/** One knob of a machine turned to what is certainly wrong: settings as `--set` takes them. */
type Turn = (machine: MachineProfile) => Readonly<Record<string, number | boolean>>;

const NS_LIMIT = 1_000_000_000;
const COST_LIMIT = 10_000_000;
const INTERVAL_LIMIT = 10_000;
/** Parts of a switch, as KernelCosts has them. */
const SWITCH_COSTS = ['context_switch', 'schedule', 'dequeue'] as const;

function times(ns: number, factor: number, limit: number): number {
  return Math.min(limit, Math.max(ns, 100) * factor);
}

function dearer(costs: KernelCosts, names: ReadonlyArray<keyof KernelCosts>, factor: number): Record<string, number> {
  return Object.fromEntries(names.map((name) => [`costs.${name}`, times(costs[name], factor, COST_LIMIT)]));
}

/** A delay may have been fitted to be next to nothing. */
function later(ns: number): number {
  return Math.min(COST_LIMIT, Math.max(3 * ns, ns + 5000));
}

/** ms */
function longer(interval: number): number {
  return interval >= INTERVAL_LIMIT ? 1 : Math.min(INTERVAL_LIMIT, 8 * interval);
}

/** What is set of the domains of every level of the machine, by what they have now. */
function domains(machine: MachineProfile, settings: (sd: BuiltDomain) => DomainSettings): Record<string, number | boolean> {
  const levels = new Map(build_topology(machine.topology, machine.domains).sds.map((sd) => [sd.name, sd]));
  return Object.fromEntries(
    [...levels].flatMap(([level, sd]) => Object.entries(settings(sd)).map(([knob, value]) => [`domains.${level}.${knob}`, value as number | boolean])),
  );
}

/** The knobs of the power check. Each is far enough from any value that a calibrated machine could have. */
const KNOBS = {
  'never hot': ({ sysctl }) => ({ 'sysctl.migration_cost_ns': sysctl.migration_cost_ns === 0 ? 5_000_000 : 0 }),
  'always hot': ({ sysctl }) => ({ 'sysctl.migration_cost_ns': sysctl.migration_cost_ns === -1 ? 0 : -1 }),
  nr_migrate: ({ sysctl }) => ({ 'sysctl.nr_migrate': sysctl.nr_migrate === 1 ? 32 : 1 }),
  cache_nice_tries: (machine) => domains(machine, (sd) => ({ cache_nice_tries: sd.cacheNiceTries === 0 ? 20 : 0 })),
  busy_factor: (machine) => domains(machine, (sd) => ({ busy_factor: sd.busyFactor <= 4 ? 64 : 1 })),
  'balance intervals': (machine) => domains(machine, (sd) => ({
    min_interval: longer(sd.minInterval),
    max_interval: longer(sd.maxInterval),
  })),
  'no fork balancing': (machine) => domains(machine, (sd) => ({ SD_BALANCE_FORK: !setFlagsOf(sd.flags).SD_BALANCE_FORK })),
  // Each newly idle CPU takes a search to be dearer than it will be idle.
  'newidle cost': (machine) => domains(machine, (sd) => ({ max_newidle_lb_cost: sd.maxNewidleLbCost === NS_LIMIT ? 0 : NS_LIMIT })),
  'slow siblings': ({ smtSpeed }) => ({ smtSpeed: smtSpeed <= 512 ? 1024 : 512 }),
  'coarse granularity': ({ sysctl }) => ({
    'sysctl.latency_ns': times(sysctl.latency_ns, 4, NS_LIMIT),
    'sysctl.min_granularity_ns': times(sysctl.min_granularity_ns, 4, NS_LIMIT),
    'sysctl.wakeup_granularity_ns': times(sysctl.wakeup_granularity_ns, 8, NS_LIMIT),
  }),
  'fine granularity': ({ sysctl }) => ({
    'sysctl.latency_ns': Math.max(1000, Math.floor(sysctl.latency_ns / 16)),
    'sysctl.min_granularity_ns': Math.max(1000, Math.floor(sysctl.min_granularity_ns / 16)),
    'sysctl.wakeup_granularity_ns': 0,
  }),
  'no wake-up preemption': ({ features }) => ({ 'features.WAKEUP_PREEMPTION': !features.WAKEUP_PREEMPTION }),
  'no wake_affine': ({ features }) => ({
    'features.WA_IDLE': !features.WA_IDLE,
    'features.WA_WEIGHT': !features.WA_WEIGHT,
    'features.WA_BIAS': !features.WA_BIAS,
  }),
  'newidle dice': ({ features }) => ({ 'features.NI_RANDOM': !features.NI_RANDOM }),
  hz: ({ hz }) => ({ hz: hz === 100 ? 1000 : 100 }),
  'switch cost': ({ costs }) => dearer(costs, SWITCH_COSTS, 3),
  'balance cost': ({ costs }) => dearer(costs, ['newidle_base', 'lb_base', 'lb_per_cpu'], 20),
  'interrupt delays': ({ costs }) => ({
    'costs.ipi_delay': later(costs.ipi_delay),
    'costs.idle_exit_delay': later(costs.idle_exit_delay),
  }),
  'kernel work': ({ costs, hz }) => ({
    ...dearer(costs, [...SWITCH_COSTS, 'wakeup', 'activate'], 5),
    // A tenth of all time.
    'costs.tick': Math.min(COST_LIMIT, costs.tick + Math.round(1e8 / hz)),
  }),
} as const satisfies Readonly<Record<string, Turn>>;

export type KnobName = keyof typeof KNOBS;
export const KNOB_NAMES = Object.keys(KNOBS) as readonly KnobName[];

/** The knob with the values that it is turned to: `sysctl.migration_cost_ns=0`. */
export function knobText(name: KnobName, machine: MachineProfile): string {
  return Object.entries(KNOBS[name](machine)).map(([path, value]) => `${path}=${String(value)}`).join(', ');
}

/** The machine with the knob turned. */
export function turned(name: KnobName, machine: MachineProfile): MachineProfile {
  const values: ReturnType<Turn> = KNOBS[name](machine);
  const settings = Object.entries(values).map(([path, value]) => ({ path, value, source: `knob ${name}` }));
  return withSettings(machine, settings).profile;
}
