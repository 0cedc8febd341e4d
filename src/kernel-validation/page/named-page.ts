import { InputError } from '../../input/error.js';
import { namedModel } from '../../policies/models.js';
import { withPermille } from '../../policies/neural/asker.js';
import type { Params } from '../../policies/params.js';
import { createPolicy, POLICIES } from '../../policies/registry.js';
import type { PolicyModel } from '../../sim/policy/policy.js';
import { MAX_INPUTS, PARAMETERS, RULES, type RuleName } from './layout.js';
import { pageOfModel, pageOfRule, type NetworkPage, type RulePage } from './write-page.js';

/** What a kernel gets of a policy: what is active at once, and what is pushed after it to take over later. */
export interface NamedPolicy {
  readonly page: NetworkPage | RulePage;
  readonly standby: NetworkPage | null;
}

/** What a kernel does not take from a policy: its cost is what it costs there. */
const WITHOUT_MEANING = new Set(['costNs']);
const OF_NETWORKS = new Set(['threshold', 'refractoryNs', 'driftFloor', 'driftWindow', 'swapAtNs']);

/**
 * The pages that a name means: a model (a shipped one or a file), or a policy as `compare` has it
 * (`neural-early:model=FILE,threshold=800`, `early-migration:attempts=1`), whose answer in a kernel is the simulator's.
 *
 * @param option what is named in the error
 * @throws InputError where it is neither, and where the policy has what the kernel's C has not
 */
export function namedPolicy(text: string, option: string): NamedPolicy {
  const name = text.split(':', 1)[0]!;
  const definition = POLICIES.find((policy) => policy.name === name);
  if (definition === undefined) return { page: fitting(pageOfModel(namedModel(text, option).model), text), standby: null };
  const { params, models } = createPolicy(text, option);
  const isRule = Object.hasOwn(RULES, name);
  const known = isRule ? new Set(Object.keys(PARAMETERS)) : OF_NETWORKS;
  for (const [parameter, { default: usual }] of Object.entries(definition.params)) {
    if (known.has(parameter) || WITHOUT_MEANING.has(parameter) || params[parameter] === usual) continue;
    throw new InputError(option, `${name}:${parameter}`, `${usual}: a kernel has nothing else`, String(params[parameter]));
  }
  if (isRule) return { page: pageOfRule(name as RuleName, params), standby: null };
  if (models === undefined) throw new InputError(option, name, 'a policy that the kernel’s C has', text);
  const { model, standby } = models;
  return {
    page: networkPage(model!, params, null, option, text),
    standby: standby === undefined ? null : networkPage(standby, params, params['swapAtNs']!, option, text),
  };
}

function networkPage({ source }: PolicyModel, params: Params, swapAtNs: number | null, option: string, text: string): NetworkPage {
  const { model } = namedModel(source, option);
  const driftFloor = params['driftFloor']!;
  const guard = { refractoryNs: params['refractoryNs'] ?? 0, driftFloor, driftWindow: driftFloor === 0 ? 0 : params['driftWindow']!, swapAtNs };
  return fitting(pageOfModel(model, withPermille(model.programs[model.quantisation]!, params['threshold']!), guard), text);
}

function fitting(page: NetworkPage, text: string): NetworkPage {
  if (page.program.inputs.length <= MAX_INPUTS) return page;
  throw new InputError(text, 'inputs', `at most ${MAX_INPUTS}`, String(page.program.inputs.length));
}
