import { withSettings } from '../experiment/machine.js';
import type { MachineProfile } from '../sim/profile.js';
import type { FitRow } from './types.js';

/** A machine with what was fitted in it. */
export interface Fitted {
  readonly profile: MachineProfile;
  /** Rows that no field of a profile holds: they describe, and set nothing. */
  readonly unused: readonly FitRow[];
}

/**
 * Puts fitted values into a machine. They are held to the rules of a profile's file.
 * @throws InputError where one is out of the range that a profile may have
 */
export function applyFits(machine: MachineProfile, fits: readonly FitRow[]): Fitted {
  const used = fits.filter(({ parameter }) => holds(machine, parameter));
  const settings = used.map(({ parameter, value }) => ({ path: parameter, value, source: `fit of ${parameter}` }));
  return { profile: withSettings(machine, settings).profile, unused: fits.filter((row) => !used.includes(row)) };
}

const SECTIONS = ['sysctl', 'costs', 'cache'] as const;

/** Whether a machine has a number at a path such as `costs.wakeup` or `smtSpeed`. */
function holds(machine: MachineProfile, path: string): boolean {
  const [first, second, ...rest] = path.split('.');
  if (rest.length > 0) return false;
  if (second === undefined) return first === 'smtSpeed' || first === 'tickSkewNs' || first === 'timerSlackNs';
  const section = SECTIONS.find((name) => name === first);
  return section !== undefined && typeof (machine[section] as unknown as Record<string, unknown>)[second] === 'number';
}
