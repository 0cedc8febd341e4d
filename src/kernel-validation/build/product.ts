import { join } from 'node:path';
import { writeFileAtomic } from '../../input/atomic.js';
import { check } from '../../input/check.js';
import { readJsonFile } from '../../input/json.js';
import { z } from '../../input/zod.js';

const factsSchema = z.strictObject({
  schema: z.literal(1),
  /** Which kernel it is: `Linux 6.1.192`. */
  kernel: z.string(),
  /** What `uname -r` will say. */
  version: z.string(),
  /** Hashes of what it was made from: the source, our change, the emitted policy. */
  source: z.string(),
  change: z.string(),
  policy: z.string(),
  config: z.enum(['lab', 'file', 'distro']),
  compiler: z.string(),
  /** sha256 of each file. */
  files: z.record(z.string(), z.string()),
});

export type KernelFacts = z.output<typeof factsSchema>;

/** A kernel that was built, in the cache. */
export interface BuiltKernel extends KernelFacts {
  /** Whether it was in the cache already. */
  readonly cached: boolean;
  readonly directory: string;
  readonly bzImage: string;
  readonly configFile: string;
  readonly systemMap: string;
  /** Debian packages to install, where it is a kernel for a machine. */
  readonly packages: readonly string[];
}

const FACTS = 'kernel.json';

export function writeFacts(directory: string, facts: KernelFacts): void {
  writeFileAtomic(join(directory, FACTS), `${JSON.stringify(facts, null, 1)}\n`);
}

export function readKernel(directory: string, cached: boolean): BuiltKernel {
  const file = join(directory, FACTS);
  const facts = check(factsSchema, readJsonFile(file), file);
  const packages = Object.keys(facts.files).filter((name) => name.endsWith('.deb')).map((name) => join(directory, name));
  return {
    ...facts,
    cached,
    directory,
    bzImage: join(directory, 'bzImage'),
    configFile: join(directory, 'config'),
    systemMap: join(directory, 'System.map'),
    packages,
  };
}
