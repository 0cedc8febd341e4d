import type { BundleContents } from '../bundle/tables/contents.js';

/**
 * Reading and writing bundles, loaded when it is first needed: it brings a database with it, which the other verbs should
 * not have to wait for.
 */
export async function openBundle(directory: string): Promise<BundleContents> {
  return (await import('../bundle/read.js')).openBundle(directory);
}

export async function writeBundle(directory: string, contents: BundleContents): Promise<void> {
  await (await import('../bundle/write.js')).writeBundle(directory, contents);
}
