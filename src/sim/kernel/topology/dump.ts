import { SD_FLAG_NAMES } from '../constants.js';
import type { BuiltTopology } from './built.js';

/** One domain as debugfs shows it; the shape of a bundle's DomainInfo. */
export interface DumpedDomain {
  readonly cpu: number;
  /** sd->level: 0 SMT, 1 CLS, 2 MC, 3 DIE, 4 NODE, from 5 NUMA; one less from DIE on where a package has several nodes. */
  readonly level: number;
  readonly name: string;
  /** SD_* in the order in which debugfs prints them. */
  readonly flags: readonly string[];
  readonly span: readonly number[];
  readonly imbalancePct: number;
  readonly cacheNiceTries: number;
  readonly busyFactor: number;
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
}

/** The names of the SD_* bits that are set. */
export function domainFlagNames(flags: number): string[] {
  return SD_FLAG_NAMES.filter(([, bit]) => (flags & bit) !== 0).map(([name]) => name);
}

/** Every domain of a built topology, CPU by CPU from the lowest up. */
export function dumpDomains(built: BuiltTopology): DumpedDomain[] {
  return built.sds.map((sd) => ({
    cpu: sd.cpu,
    level: sd.level,
    name: sd.name,
    flags: domainFlagNames(sd.flags),
    span: built.cpuLists.slice(sd.span.off, sd.span.off + sd.span.len),
    imbalancePct: sd.imbalancePct,
    cacheNiceTries: sd.cacheNiceTries,
    busyFactor: sd.busyFactor,
    minIntervalMs: sd.minInterval,
    maxIntervalMs: sd.maxInterval,
  }));
}
