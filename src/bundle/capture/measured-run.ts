import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../input/check.js';
import { readJsonFile } from '../../input/json.js';
import { z } from '../../input/zod.js';

/** The file of a capture directory that says of what run it is. */
export const RUN_FILE = 'run.json';

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256, 64 hexadecimal digits').nullable();
const name = z.string().min(1).max(200);

/** Where runs are made: the laboratory in virtual time, a virtual machine with KVM, a user's own machine, the simulator. */
export const PLACES = ['lab', 'kvm', 'here', 'sim'] as const;

/** Who decided: the stock kernel alone; the stock kernel, with a policy asked beside it; the policy. */
export const MODES = ['off', 'shadow', 'decide'] as const;

export const RUN_FACTS = z.object({
  workload: name,
  policy: name,
  mode: z.enum(MODES),
  model: sha256,
  kernelSource: sha256,
  place: z.enum(PLACES),
  seed: count,
  repetition: count,
  perturbation: z.object({ delayUs: count, seed: count, quantumNs: count }),
  completionNs: count,
  throughput: z.object({ value: z.number().nonnegative(), unit: z.string() }).nullable(),
  stats: z.record(z.string(), z.json()).nullable(),
  memoryBytes: count.nullable(),
  latency: z.object({ calls: count, cycles: count }).nullable().exactOptional(),
  policyEvents: z.boolean().exactOptional(),
  switched: z.object({ mode: z.enum(MODES), atNs: count }).nullable().exactOptional(),
});

/** `run.json`: the facts, and the version of the file. */
const RUN_JSON = RUN_FACTS.extend({ schema: z.literal(1) });

/** A run that was made to measure a policy: what decided, how it was perturbed, and what it took. */
export interface RunFacts {
  /** Name of the workload, by which the simulator has it too. */
  readonly workload: string;
  /** Name of the policy, as the simulator has it; `stock` where no other was asked. */
  readonly policy: string;
  /** `off`: stock decides; `shadow`: stock decides and the policy is asked beside it; `decide`: the policy decides. */
  readonly mode: (typeof MODES)[number];
  /** The hash of the policy's model, as in its file; null where it has none. */
  readonly model: string | null;
  /** sha256 of the sources that the kernel's policy was built of; null where there are none. */
  readonly kernelSource: string | null;
  /** `lab`: in virtual time, where a cycle is an instruction; `kvm`, `here`: on real hardware; `sim`: the simulator. */
  readonly place: (typeof PLACES)[number];
  readonly seed: number;
  /** Number of the repetition, 0…; runs of several policies with the same one belong together. */
  readonly repetition: number;
  /** What sets repetitions apart: the delay before the workload starts, its seed, and the quantum of virtual time, ns. */
  readonly perturbation: { readonly delayUs: number; readonly seed: number; readonly quantumNs: number };
  /** From the workload's start to its end, ns. */
  readonly completionNs: number;
  /** What it did per second, of so many `unit`s, plural; null where it counts nothing. */
  readonly throughput: { readonly value: number; readonly unit: string } | null;
  /** What the kernel's policy counted (`stats` in debugfs), by name; null where it did not. */
  readonly stats: Readonly<Record<string, unknown>> | null;
  /** Memory that the policy takes in the kernel, bytes; null where nothing says so. */
  readonly memoryBytes: number | null;
  /** Calls of can_migrate_task() and the cycles that they took in all, policy and all; null or absent where it was not timed. */
  readonly latency?: { readonly calls: number; readonly cycles: number } | null;
  /** Whether the policy's calls were recorded (`cfslab_policy`), which takes time within the call; absent where it is not known. */
  readonly policyEvents?: boolean;
  /** The mode that was set while it ran, and when, ns after the workload's start: until then it was `mode`. Null or absent where none was. */
  readonly switched?: { readonly mode: (typeof MODES)[number]; readonly atNs: number } | null;
}

/**
 * The facts in a capture's `run.json`; null where it has none.
 * @throws InputError naming the field that is wrong
 */
export function readRunFile(directory: string): RunFacts | null {
  const file = join(directory, RUN_FILE);
  if (!existsSync(file)) return null;
  return RUN_FACTS.parse(check(RUN_JSON, readJsonFile(file), file));
}

/** What a manifest says of the policy of a measured run: where it only stands by, stock is what decided. */
export function decidingPolicy(run: RunFacts | null): { readonly name: string; readonly params: Record<string, number>; readonly hash: string } {
  if (run === null || run.mode !== 'decide') return { name: 'stock', params: {}, hash: '' };
  return { name: run.policy, params: {}, hash: run.model ?? '' };
}
