import { InputError } from '../../input/error.js';
import { namedModel } from '../../policies/models.js';
import { withPermille } from '../../policies/neural/asker.js';
import { createPolicy, POLICIES } from '../../policies/registry.js';
import { MAX_INPUTS, PARAMETERS, RULES, type RuleName } from './layout.js';
import { pageOfModel, pageOfRule, type NetworkPage, type RulePage } from './write-page.js';

/** What a kernel does not take from a policy: its cost is what it costs there. */
const WITHOUT_MEANING = new Set(['costNs']);

/**
 * The page that a name means: a model (a shipped one or a file), or a policy as `compare` has it
 * (`neural-early:model=FILE,threshold=800`, `early-migration:attempts=1`), whose answer in a kernel is the simulator's.
 *
 * @param option what is named in the error
 * @throws InputError where it is neither, and where the policy has what the kernel's C has not
 */
export function namedPage(text: string, option: string): NetworkPage | RulePage {
  const name = text.split(':', 1)[0]!;
  const definition = POLICIES.find((policy) => policy.name === name);
  if (definition === undefined) return fitting(pageOfModel(namedModel(text, option).model), text);
  const { params, models } = createPolicy(text, option);
  const isRule = Object.hasOwn(RULES, name);
  const known = new Set(isRule ? Object.keys(PARAMETERS) : ['threshold']);
  for (const [parameter, { default: usual }] of Object.entries(definition.params)) {
    if (known.has(parameter) || WITHOUT_MEANING.has(parameter) || params[parameter] === usual) continue;
    throw new InputError(option, `${name}:${parameter}`, `${usual}: a kernel has nothing else`, String(params[parameter]));
  }
  if (isRule) return pageOfRule(name as RuleName, params);
  if (models === undefined || models['standby'] !== undefined) {
    throw new InputError(option, name, 'one model: a kernel gets the next one by another push', text);
  }
  const { model } = namedModel(models['model']!.source, option);
  return fitting(pageOfModel(model, withPermille(model.programs[model.quantisation]!, params['threshold']!)), text);
}

function fitting(page: NetworkPage, text: string): NetworkPage {
  if (page.program.inputs.length <= MAX_INPUTS) return page;
  throw new InputError(text, 'inputs', `at most ${MAX_INPUTS}`, String(page.program.inputs.length));
}
