import { enablePatches, produceWithPatches, type Draft, type Patch } from 'immer';
import { InputError } from '../input/error.js';
import { SET_FLAG_NAMES } from '../sim/kernel/topology/tune.js';
import { TOPOLOGY_NAMES } from '../sim/kernel/topology/names.js';
import type { MachineProfile } from '../sim/profile.js';
import type { Setting } from './settings.js';

enablePatches();

export type { Patch };

/** Plain data after an edit, and what the edit changed: the data themselves stay as they are. */
export function edited<T extends object>(base: T, edit: (draft: Draft<T>) => void): { readonly value: T; readonly patches: readonly Patch[] } {
  const [value, patches] = produceWithPatches(base, (draft) => edit(draft));
  return { value, patches };
}

/** A machine that differs from its profile, and in what. */
export interface Variant {
  readonly profile: MachineProfile;
  /** Empty where nothing differs. Paths as in settings. */
  readonly changes: ReadonlyArray<{ readonly path: string; readonly value: unknown }>;
}

const SECTIONS = ['sysctl', 'costs', 'features', 'cache'] as const;
const SCALARS = ['hz', 'tickSkewNs', 'timerSlackNs', 'smtSpeed'] as const;
const DOMAIN_KNOBS = [
  'cache_nice_tries', 'imbalance_pct', 'busy_factor', 'min_interval', 'max_interval', 'max_newidle_lb_cost',
] as const;

/**
 * Applies settings to a profile; the profile itself stays as it is. The one door to immer.
 *
 * @param recheck throws InputError where the changed profile is not a machine any more (a value out of range)
 * @throws InputError for a knob that there is not, or a value of another type
 */
export function makeVariant(
  profile: MachineProfile,
  settings: readonly Setting[],
  recheck: (profile: MachineProfile, source: string) => void,
): Variant {
  let current = profile;
  const patches: Patch[] = [];
  for (const setting of settings) {
    const [next, made] = produceWithPatches(current, (draft) => assign(draft, setting));
    recheck(next, setting.source);
    current = next;
    // The first knob of a level makes the level's entry: the patch is then of more than the knob.
    patches.push(...made.map((patch) => (typeof patch.value === 'object' ? { ...patch, path: setting.path.split('.'), value: setting.value } : patch)));
  }
  return {
    profile: current,
    changes: patches.map(({ path, value }) => ({ path: path.join('.'), value: value as unknown })),
  };
}

function assign(draft: Draft<MachineProfile>, setting: Setting): void {
  const { path, value, source } = setting;
  const [first, second, ...rest] = path.split('.');
  if (first === 'domains') return assignDomain(draft, setting);
  const section = SECTIONS.find((name) => name === first);
  const holder = section === undefined ? draft : draft[section];
  const key = section === undefined ? first : second;
  const known: readonly string[] = section === undefined ? SCALARS : Object.keys(holder);
  if (key === undefined || !known.includes(key) || rest.length > 0 || (section === undefined && second !== undefined)) {
    throw new InputError(source, path, `one of ${section === undefined ? knobs() : known.join(', ')}`, key ?? 'nothing');
  }
  const knob = holder as unknown as Record<string, unknown>;
  if (typeof knob[key] !== typeof value) throw new InputError(source, path, `a ${typeof knob[key]}`, JSON.stringify(value));
  knob[key] = value;
}

/** `domains.MC.cache_nice_tries`: a knob that each domain of a level has. */
function assignDomain(draft: Draft<MachineProfile>, { path, value, source }: Setting): void {
  const [, level, key, ...rest] = path.split('.');
  const name = TOPOLOGY_NAMES.find((known) => known === level);
  if (name === undefined) throw new InputError(source, path, `domains.*, one of ${TOPOLOGY_NAMES.join(', ')}`, level ?? 'nothing');
  const knob = DOMAIN_KNOBS.find((known) => known === key);
  const flag = SET_FLAG_NAMES.find((known) => known === key);
  if ((knob ?? flag) === undefined || rest.length > 0) {
    throw new InputError(source, path, `one of ${[...DOMAIN_KNOBS, ...SET_FLAG_NAMES].join(', ')}`, key ?? 'nothing');
  }
  draft.domains ??= {};
  const settings = (draft.domains[name] ??= {});
  if (knob !== undefined && typeof value === 'number') settings[knob] = value;
  else if (flag !== undefined && typeof value === 'boolean') settings[flag] = value;
  else throw new InputError(source, path, knob === undefined ? 'true or false' : 'a number', JSON.stringify(value));
}

function knobs(): string {
  return [...SECTIONS.map((name) => `${name}.*`), 'domains.LEVEL.*', ...SCALARS].join(', ');
}
