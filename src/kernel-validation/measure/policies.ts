import { InputError } from '../../input/error.js';
import { namedModel } from '../../policies/models.js';
import { createPolicy } from '../../policies/registry.js';
import type { Mode } from '../guest/settings.js';
import { modelPage, pageOfRule, writePage } from '../page/index.js';
import type { RuleName } from '../page/layout.js';

/** A policy as it is measured: what is pushed into the kernel, and what is done with it there. */
export interface MeasuredPolicy {
  /** Distinguishes it among those of a plan, in names of directories too: `neural-early`, `neural-early@shadow`. */
  readonly label: string;
  /** Its name in the simulator. */
  readonly policy: string;
  readonly mode: Mode;
  /** The model's hash, and the page that the kernel takes; both null for the stock kernel. */
  readonly model: string | null;
  readonly page: Uint8Array | null;
}

export const STOCK: MeasuredPolicy = { label: 'stock', policy: 'stock', mode: 'off', model: null, page: null };

const SHADOW = '@shadow';
/** Parameters that go into a page; every other must have its default, since the kernel does not know it. */
const IN_PAGES = ['attempts', 'minDeltaNs'];
const RULES: readonly string[] = ['early-migration', 'always', 'never', 'cold-only'];

/**
 * `stock`, `neural-early`, `neural-early:model=mine.json`, `early-migration:attempts=2`; with `@shadow` at its end the policy is
 * asked and stock decides.
 *
 * @param source the option or file that it stands in
 * @throws InputError where the simulator knows no such policy, or the kernel none of such parameters
 */
export function measuredPolicy(text: string, source = '--policies'): MeasuredPolicy {
  const shadow = text.endsWith(SHADOW);
  const plain = shadow ? text.slice(0, -SHADOW.length) : text;
  const policy = createPolicy(plain, source);
  if (policy.name === 'stock') {
    if (shadow) throw new InputError(source, '', 'a policy that can stand by', text);
    return STOCK;
  }
  const other = Object.keys(policy.params).find((name) => !IN_PAGES.includes(name) && isGiven(plain, name));
  if (other !== undefined) throw new InputError(source, policy.name, `no parameter but ${IN_PAGES.join(', ')} in a kernel`, other);
  const mode: Mode = shadow ? 'shadow' : 'decide';
  const named = policy.models?.['model'];
  if (named !== undefined) {
    const { model } = namedModel(named.source, source);
    return { label: labelOf(text), policy: policy.name, mode, model: model.hash, page: modelPage(model, named.source) };
  }
  if (!RULES.includes(policy.name)) throw new InputError(source, '', `stock, ${RULES.join(', ')} or a policy with a model`, policy.name);
  const { attempts = 0, minDeltaNs = 0 } = policy.params;
  const rule = pageOfRule(policy.name as RuleName, { attempts, minDeltaNs });
  return { label: labelOf(text), policy: policy.name, mode, model: rule.hash, page: writePage(rule, policy.name) };
}

function isGiven(text: string, name: string): boolean {
  return new RegExp(`[:,]${name}=`).test(text);
}

/** Without what a name of a directory should not hold. */
function labelOf(text: string): string {
  return text.replace(/[^A-Za-z0-9@=.-]+/g, '_');
}
