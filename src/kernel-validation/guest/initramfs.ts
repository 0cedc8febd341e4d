import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, cacheKey, type CacheOptions } from '../cache.js';
import { requireTools, type Tool } from '../tools.js';
import { cpioArchive } from './cpio.js';
import { guestEntries, GUEST_TOOLS } from './files.js';
import { guestPrograms, PROGRAM_TOOLS } from './programs.js';

/** Everything that making a guest needs. */
export const INITRAMFS_TOOLS: readonly Tool[] = [...GUEST_TOOLS, ...PROGRAM_TOOLS];

/** The archive's name in its entry of the cache. */
const ARCHIVE = 'initramfs.cpio';

/**
 * The guest's first file system as a file, made where the cache has none of just these files.
 * @throws OutsideError naming the packages that are missing
 */
export async function guestInitramfs(options: CacheOptions = {}): Promise<string> {
  requireTools('a guest', INITRAMFS_TOOLS);
  const archive = cpioArchive(await guestEntries(await guestPrograms(options)));
  const key = cacheKey({ archive: createHash('sha256').update(archive).digest('hex') });
  const entry = await cached('guest', key, (directory) => writeFileSync(join(directory, ARCHIVE), archive), options);
  return join(entry, ARCHIVE);
}
