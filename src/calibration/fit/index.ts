import type { BundleContents } from '../../bundle/tables/contents.js';
import { build_topology } from '../../sim/kernel/topology/build.js';
import type { KernelCosts } from '../../sim/kernel/config.js';
import type { MachineProfile } from '../../sim/profile.js';
import type { FitRow } from '../types.js';
import { less, quantile, type Estimate } from './estimate.js';
import { noSamples, takeSamples } from './samples.js';
import { fitSearches, SEARCH_COSTS } from './search-costs.js';
import { takeSearches, type SearchGroup } from './searches.js';

/** The quantile of a time that counts as what a path takes when nothing gets in its way. */
const FLOOR = 0.005;
const MEDIAN = 0.5;

/**
 * Fits the kernel's costs to recordings of one machine. A cost that the recordings do not show is left out; so is every
 * cost that needs the instrumented kernel's events where these are not there. Costs are what is left of a recorded time
 * when the trace events in it are taken off, each at `trace_event`.
 *
 * @param base the machine as it is described so far: what cannot be told apart stays in its proportions
 */
export function fitCosts(bundles: readonly BundleContents[], base: MachineProfile): FitRow[] {
  const samples = noSamples();
  const searches = new Map<string, SearchGroup>();
  const width = domainWidths(base);
  for (const bundle of bundles) {
    takeSamples(bundle, samples);
    takeSearches(bundle, width, searches);
  }
  const rows: FitRow[] = [];
  const fitted: Record<keyof KernelCosts, number> = { ...base.costs };
  const add = (name: keyof KernelCosts, estimate: Estimate | null, method: string): void => {
    if (estimate === null) return;
    fitted[name] = estimate.value;
    const { value, lo, hi, n } = estimate;
    rows.push({ parameter: `costs.${name}`, unit: 'ns', value, previous: base.costs[name], lo, hi, n, method });
  };

  if (samples.instrumented > 0) {
    add('trace_event', quantile(samples.gaps, FLOOR), 'shortest time between two records of one CPU (quantile 0.005)');
  }
  const event = fitted.trace_event;
  const after = (list: number[], ns: number, q = MEDIAN): Estimate | null => {
    const estimate = quantile(list, q);
    return estimate === null ? null : less(estimate, ns);
  };
  add('wakeup', after(samples.select, event), 'median time from sched_waking to the choice of a CPU, less its trace event');
  add(
    'activate',
    after(samples.activate, 3 * event),
    'median time from the choice of the own busy CPU to sched_wakeup there, less three trace events',
  );
  // What an idle target does before the place is what the place leaves of activate.
  const behind = after(samples.placed, event)?.value ?? Math.round(fitted.activate / 2);
  add(
    'fork',
    after(samples.forks, 2 * event, FLOOR),
    'shortest time from the end of a fork to the record of the next one (quantile 0.005), less two trace events',
  );
  add(
    'fork_wake',
    after(samples.forkWake, 2 * event),
    'median time from the record of a fork to sched_wakeup_new on an idle CPU, less two trace events',
  );
  add(
    'ipi_delay',
    after(samples.remote, event + fitted.ipi_send + Math.max(0, fitted.activate - behind)),
    'median time from the choice of an idle CPU to the place of the task there, less a trace event, ipi_send, and the part of ' +
      'activate before the place',
  );
  add(
    'user_return',
    after(samples.preempted, event + fitted.schedule),
    'median time from sched_wakeup on the own busy CPU to the switch, where nothing comes between, less a trace event and schedule',
  );
  add(
    'idle_exit_delay',
    after(samples.idleExit, event + fitted.schedule),
    'median time from sched_wakeup on an idle CPU to the switch, less a trace event and schedule',
  );
  add(
    'tick_restart',
    after(samples.tickless, event + fitted.schedule + fitted.idle_exit_delay),
    'median time from sched_wakeup on a CPU that has idled for longer than two ticks to the switch, less a trace event, ' +
      'schedule and idle_exit_delay',
  );
  add(
    'context_switch',
    after(samples.stint, event + fitted.schedule + fitted.dequeue, FLOOR),
    'shortest time that a task has a CPU before it blocks (quantile 0.005), less a trace event, schedule and dequeue',
  );
  const search = fitSearches(searches.values(), SEARCH_COSTS.map((name) => base.costs[name]), event);
  if (search.n > 0) {
    for (const [i, name] of SEARCH_COSTS.entries()) add(name, regressed(search, i), REGRESSION);
  }
  return rows;
}

const REGRESSION = 'least squares over the costs that the kernel measured of its newly-idle searches, by what they did';

function regressed({ values, errors, n }: ReturnType<typeof fitSearches>, i: number): Estimate {
  const value = Math.max(0, Math.round(values[i]!));
  const half = 1.96 * errors[i]!;
  if (!Number.isFinite(half)) return { value, lo: null, hi: null, n };
  return { value, lo: Math.max(0, Math.round(values[i]! - half)), hi: Math.round(values[i]! + half), n };
}

/** CPUs of a domain by level, as the machine's topology has them. */
function domainWidths({ topology }: MachineProfile): Map<number, number> {
  const out = new Map<number, number>();
  for (const { level, span } of build_topology(topology).sds) if (!out.has(level)) out.set(level, span.len);
  return out;
}
