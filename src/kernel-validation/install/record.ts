import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../input/check.js';
import { readJsonFile } from '../../input/json.js';
import { z } from '../../input/zod.js';

/**
 * What an installation keeps in the tree: `.cfslab/record.json`, and the files that it edits as they were in `.cfslab/stock/`.
 * The record is written before the first edit and says `installing` until the last, so whatever ends the installer, the next
 * one knows that the tree is half changed and has all that is needed to undo it.
 */
const recordSchema = z.strictObject({
  schema: z.literal(1),
  state: z.enum(['installing', 'installed', 'removing']),
  release: z.string(),
  /** Hash of the change. */
  change: z.string(),
  /** The edited files: sha256 before and after. */
  edited: z.array(z.strictObject({ path: z.string(), stock: z.string(), changed: z.string() })),
  /** Files of our own, below the top of the tree, with their sha256. */
  added: z.array(z.strictObject({ path: z.string(), sha256: z.string() })),
});

export type InstallRecord = z.output<typeof recordSchema>;

export const RECORD_FOLDER = '.cfslab';

export function recordFile(tree: string): string {
  return join(tree, RECORD_FOLDER, 'record.json');
}

/** Where the stock form of an edited file is kept. */
export function stockFile(tree: string, path: string): string {
  return join(tree, RECORD_FOLDER, 'stock', path);
}

/** The record of a tree, or null where nothing is installed. @throws InputError where it cannot be understood */
export function readRecord(tree: string): InstallRecord | null {
  const file = recordFile(tree);
  return existsSync(file) ? check(recordSchema, readJsonFile(file), file) : null;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function sha256OfFile(path: string): string {
  return sha256(readFileSync(path));
}
