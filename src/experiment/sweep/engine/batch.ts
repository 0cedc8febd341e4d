import { OutsideError } from '../../../input/error.js';
import { check } from '../../../input/check.js';
import { z } from '../../../input/zod.js';
import { createPolicy } from '../../../policies/registry.js';
import type { ResolvedScenario } from '../../resolved.js';
import { cellKey } from '../identity/run-key.js';
import { decode, encode } from './wire.js';
import type { RunRequest } from './types.js';

/** Runs for other processes to make, with everything that they need to know. */
export interface Batch {
  readonly schema: 1;
  readonly scenarios: readonly ResolvedScenario[];
  readonly requests: readonly RunRequest[];
}

const request = z.strictObject({
  cell: z.string().regex(/^[0-9a-f]{64}$/),
  base: z.int().min(0).max(1000),
  variant: z.strictObject({ profile: z.unknown().optional(), workload: z.unknown().optional(), durationNs: z.number().positive().optional() }),
  policy: z.string().min(1).max(2000),
  seed: z.int().min(0).max(2 ** 32 - 1),
});
const scenarios = z.array(z.looseObject({ name: z.string(), source: z.string(), durationNs: z.number().positive() })).min(1).max(1000);
const batch = z.strictObject({ schema: z.literal(1), scenarios, requests: z.array(request) });

export function encodeBatch({ scenarios: bases, requests }: Omit<Batch, 'schema'>): string {
  return encode({ schema: 1, scenarios: bases, requests } satisfies Batch);
}

/** @param source names the text in errors @throws InputError */
export function decodeBatch(text: string, source: string): Batch {
  return check(batch, decode(text, source), source) as unknown as Batch;
}

/** @throws InputError */
export function decodeScenarios(text: string, source: string): readonly ResolvedScenario[] {
  return check(z.strictObject({ scenarios }), { scenarios: decode(text, source) }, source).scenarios as unknown as ResolvedScenario[];
}

/** @throws InputError */
export function decodeRequest(text: string, source: string): RunRequest {
  return check(request, decode(text, source), source) as unknown as RunRequest;
}

/**
 * Whoever makes a run for another process first sees to it that it would make the same: that the identity of the run is the same here.
 * @throws OutsideError where the code or a model is another one here
 */
export function refuseStranger(bases: readonly ResolvedScenario[], { base, variant, policy, cell }: RunRequest): void {
  const scenario = bases[base];
  const own = scenario === undefined ? null : cellKey({ ...scenario, ...variant }, createPolicy(policy, 'the batch'));
  if (own !== cell) throw new OutsideError(`a run of policy ${policy} is another one here: this cfslab, or a model's file, is not that of the sweep`);
}
