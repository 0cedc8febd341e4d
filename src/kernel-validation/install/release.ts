import { join } from 'node:path';
import { check } from '../../input/check.js';
import { InputError } from '../../input/error.js';
import { readJsonFile, readTextFile } from '../../input/json.js';
import { z } from '../../input/zod.js';

/**
 * A kernel whose source was tried: every anchor is found in it once, and the change can be taken out again. Those of Debian 12
 * are there; 6.1.192 is the one that is built, booted and measured.
 */
const releaseSchema = z.strictObject({
  name: z.string(),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** `NAME` of its Makefile. */
  codename: z.string(),
});

export type Release = z.output<typeof releaseSchema>;

export function readReleases(file: string): Release[] {
  return check(z.array(releaseSchema).min(1), readJsonFile(file), file);
}

/**
 * Which of the known kernels a tree is, by what its Makefile says.
 * @throws InputError where it is no kernel tree, or one that is not known
 */
export function releaseOf(tree: string, known: readonly Release[]): Release {
  const makefile = readTextFile(join(tree, 'Makefile'), 2 ** 20);
  const value = (name: string): string | undefined => new RegExp(`^${name} =[ \\t]*(.*?)[ \\t]*$`, 'm').exec(makefile)?.[1];
  const parts = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map(value);
  if (parts.some((part) => part === undefined || !/^\d+$/.test(part))) {
    throw new InputError(tree, 'Makefile', 'the source of a Linux kernel', 'no VERSION, PATCHLEVEL and SUBLEVEL');
  }
  const version = parts.join('.');
  const extra = value('EXTRAVERSION') ?? '';
  const codename = value('NAME') ?? '';
  const found = known.find((release) => release.version === version && release.codename === codename && extra === '');
  if (found === undefined) {
    const names = known.map((release) => release.name).join(' or ');
    throw new InputError(tree, 'Makefile', names, `Linux ${version}${extra} (${codename})`);
  }
  return found;
}
