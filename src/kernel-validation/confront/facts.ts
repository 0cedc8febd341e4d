import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRunFile, type RunFacts } from '../../bundle/capture/measured-run.js';
import { readManifest } from '../../bundle/read.js';
import { InputError } from '../../input/error.js';

/**
 * What a bundle or a capture directory says of its run, without its tables.
 * @throws InputError where it says nothing of it, or is of neither kind
 */
export function runFactsIn(directory: string): RunFacts {
  const facts = existsSync(join(directory, 'manifest.json')) ? readManifest(directory).run ?? null : readRunFile(directory);
  if (facts !== null) return facts;
  throw new InputError(directory, 'run', 'what run it is, as `kernel measure` writes it', 'nothing');
}
