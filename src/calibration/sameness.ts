import type { BundleContents, Manifest } from '../bundle/tables/contents.js';
import { hasSwitches } from '../experiment/series.js';

/**
 * What recordings of the same workload on the same machine have in common: program and arguments, kernel, CPUs, knobs, and
 * which events were recorded, for recording takes time of its own. Seed and start are left out: they are what chance is
 * made of.
 */
export interface Sameness extends Pick<Manifest, 'source' | 'workload' | 'release' | 'topology' | 'cpus' | 'hz' | 'sysctl'> {
  /** Scheduler features, sorted. */
  readonly features: readonly string[];
  /** Name of the policy. */
  readonly policy: string;
  /** The costly kinds of events that were recorded, of `switch` and `runtime`. */
  readonly recorded: readonly string[];
}

export function samenessOf({ manifest, tables, instrument }: BundleContents): Sameness {
  const { source, workload, release, topology, cpus, hz, sysctl, features, policy } = manifest;
  const recorded = [
    ...(hasSwitches(tables.events) ? ['switch'] : []),
    ...(instrument.runtimes === undefined ? [] : ['runtime']),
  ];
  return canonical({ source, workload, release, topology, cpus, hz, sysctl, features, policy: policy.name, recorded });
}

/** The same with everything in an order of its own, so that what is alike is alike to the letter (`samenessText`). */
export function canonical(sameness: Sameness): Sameness {
  const { source, workload, release, topology, cpus, hz, sysctl, features, policy, recorded } = sameness;
  const knobs = Object.entries(sysctl).sort(([a], [b]) => byText(a, b));
  return {
    source, workload, release, topology, cpus, hz,
    sysctl: Object.fromEntries(knobs),
    features: [...features].sort(byText),
    policy,
    recorded: [...recorded].sort(byText),
  };
}

/** Equal for recordings that have it all in common, and for no others. */
export function samenessText(sameness: Sameness): string {
  return JSON.stringify(canonical(sameness));
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
