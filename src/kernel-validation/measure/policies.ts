import { InputError } from '../../input/error.js';
import { createPolicy } from '../../policies/registry.js';
import type { Mode } from '../guest/settings.js';
import { writePage, type NetworkPage } from '../page/index.js';
import { namedPolicy } from '../page/named-page.js';

/** A policy as it is measured: what is pushed into the kernel, and what is done with it there. */
export interface MeasuredPolicy {
  /** Distinguishes it among those of a plan, in names of directories too: `neural-early`, `neural-early@shadow`. */
  readonly label: string;
  /** Its name in the simulator. */
  readonly policy: string;
  readonly mode: Mode;
  /** The hash of the model, or of the rule, and the page that the kernel takes; both null for the stock kernel. */
  readonly model: string | null;
  readonly page: Uint8Array | null;
  /** The page of the model that takes over from it, pushed after it; null where there is none. */
  readonly standby: Uint8Array | null;
  /** What the page holds, where it is a network. */
  readonly network: NetworkPage | null;
}

export const STOCK: MeasuredPolicy = { label: 'stock', policy: 'stock', mode: 'off', model: null, page: null, standby: null, network: null };

const SHADOW = '@shadow';

/**
 * `stock`, `neural-early`, `neural-early:model=mine.json`, `early-migration:attempts=2`; with `@shadow` at its end the policy is
 * asked and stock decides.
 *
 * @param source the option or file that it stands in
 * @throws InputError where the simulator knows no such policy, or the kernel has not what it needs
 */
export function measuredPolicy(text: string, source = '--policies'): MeasuredPolicy {
  const shadow = text.endsWith(SHADOW);
  const plain = shadow ? text.slice(0, -SHADOW.length) : text;
  const { name } = createPolicy(plain, source);
  if (name === 'stock') {
    if (shadow) throw new InputError(source, '', 'a policy that can stand by', text);
    return STOCK;
  }
  const { page: content, standby: next } = namedPolicy(plain, source);
  const page = writePage(content, plain);
  const standby = next === null ? null : writePage(next, plain);
  const network = content.kind === 'network' ? content : null;
  return { label: labelOf(text), policy: name, mode: shadow ? 'shadow' : 'decide', model: content.hash, page, standby, network };
}

/** Without what a name of a directory should not hold. */
function labelOf(text: string): string {
  return text.replace(/[^A-Za-z0-9@=.-]+/g, '_');
}
