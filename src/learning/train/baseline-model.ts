import { createHash } from 'node:crypto';
import { check } from '../../input/check.js';
import { InputError } from '../../input/error.js';
import { z } from '../../input/zod.js';
import { featureByName } from '../../policies/features.js';
import { TASKS, type Task } from '../dataset/inputs.js';
import type { Tree } from '../baselines/tree.js';

/** The file of a baseline, beside which networks are laid. No policy runs it. */
export interface BaselineModel {
  readonly schema: 1;
  readonly kind: 'tree' | 'rule';
  readonly task: Task;
  readonly features: readonly string[];
  readonly probability: number;
  /** null for the rule, which is in the code. */
  readonly tree: Tree | null;
  readonly dataset: { readonly hash: string; readonly rows: number; readonly positives: number };
  readonly metrics: Readonly<Record<string, number | null>>;
  /** sha256 of all other fields as JSON, in this order. */
  readonly hash: string;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in hexadecimal');
const nodes = z.array(z.number());

/** The fields of a baseline's file; what else must hold, `parseBaseline` checks. */
export const baselineSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.enum(['tree', 'rule']),
  task: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  features: z.array(z.string()).min(1),
  probability: z.number().gt(0).lt(1),
  tree: z.strictObject({ feature: nodes, threshold: nodes, left: nodes, right: nodes, share: nodes }).nullable(),
  dataset: z.strictObject({ hash: sha256, rows: z.int().min(0), positives: z.int().min(0) }),
  metrics: z.record(z.string(), z.number().nullable()),
  hash: sha256,
});

export function baselineModel(content: Omit<BaselineModel, 'schema' | 'hash'>): BaselineModel {
  const { kind, task, features, probability, tree, dataset, metrics } = content;
  const whole = { schema: 1 as const, kind, task, features, probability, tree, dataset, metrics };
  return { ...whole, hash: hashOf(whole) };
}

/**
 * The baseline that a file holds.
 *
 * @param file named in the error
 * @throws InputError where it is none, its features are not there, its tree is none, or its hash is another's
 */
export function parseBaseline(value: unknown, file: string): BaselineModel {
  const { hash, ...content } = check(baselineSchema, value, file) as BaselineModel;
  content.features.forEach((name, i) => {
    if (featureByName(name) === undefined) throw new InputError(file, `features.${i}`, 'the name of a feature', name);
  });
  if ((content.kind === 'tree') !== (content.tree !== null)) {
    throw new InputError(file, 'tree', `one for a tree, null for the rule of ${TASKS[content.task]}`, content.kind);
  }
  if (content.tree !== null) checkTree(content.tree, content.features.length, file);
  const own = hashOf(content);
  if (own !== hash) throw new InputError(file, 'hash', `${own}, which is that of its content`, hash);
  return { ...content, hash };
}

/** Nodes point to later ones, so that every way ends in a leaf. */
function checkTree({ feature, threshold, left, right, share }: Tree, width: number, file: string): void {
  const count = feature.length;
  if (count === 0 || [threshold, left, right, share].some((list) => list.length !== count)) {
    throw new InputError(file, 'tree', 'as many of each of the five', `${count} of the first`);
  }
  for (let node = 0; node < count; node += 1) {
    if (!(share[node]! >= 0 && share[node]! <= 1)) throw new InputError(file, `tree.share.${node}`, '0 to 1', String(share[node]));
    if (feature[node] === -1) continue;
    if (!Number.isInteger(feature[node]) || feature[node]! < 0 || feature[node]! >= width) {
      throw new InputError(file, `tree.feature.${node}`, `−1 or an integer from 0 to ${width - 1}`, String(feature[node]));
    }
    for (const child of [left[node]!, right[node]!]) {
      if (Number.isInteger(child) && child > node && child < count) continue;
      throw new InputError(file, `tree, node ${node}`, `children from ${node + 1} to ${count - 1}`, String(child));
    }
  }
}

function hashOf(content: Omit<BaselineModel, 'hash'>): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
