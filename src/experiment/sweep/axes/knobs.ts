import { InputError } from '../../../input/error.js';

/** The part of a variant that a knob belongs to: the first word of its name. */
export type KnobPart = 'policy' | 'sysctl' | 'domains' | 'features' | 'costs' | 'cache' | 'topology' | 'workload' | 'machine';

const MACHINE_SCALARS = ['hz', 'tickSkewNs', 'timerSlackNs', 'smtSpeed'];
const PARTS: readonly KnobPart[] = ['policy', 'sysctl', 'domains', 'features', 'costs', 'cache', 'topology', 'workload'];

/** @throws InputError where no knob can be called so */
export function partOf(knob: string, file: string, place: string): KnobPart {
  if (MACHINE_SCALARS.includes(knob)) return 'machine';
  const first = knob.split('.')[0]!;
  const part = PARTS.find((known) => known === first);
  if (part === undefined || (part !== 'policy' && !knob.includes('.'))) {
    const known = ['policy', ...PARTS.map((name) => `${name}.*`), ...MACHINE_SCALARS].join(', ');
    throw new InputError(file, place, `a knob: one of ${known}`, knob);
  }
  return part;
}

/**
 * What a user chooses (a policy, what the kernel is told), or what is given (a machine, a workload). Choices are compared with
 * the baseline; for conditions the baseline is run too.
 */
export function defaultRole(part: KnobPart): 'choice' | 'condition' {
  return part === 'policy' || part === 'sysctl' || part === 'domains' || part === 'features' ? 'choice' : 'condition';
}
