/** What an archive holds: directories before what is in them. */
export type CpioEntry =
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'file'; readonly data: Uint8Array; readonly executable?: boolean }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'device'; readonly major: number; readonly minor: number };

const MODES = { directory: 0o040755, file: 0o100644, link: 0o120777, device: 0o020600 } as const;
const EXECUTABLE = 0o111;
const TRAILER = 'TRAILER!!!';
/** Archives that follow each other must begin at a multiple of 4 bytes; cpio itself fills blocks. */
const BLOCK = 512;

/**
 * An archive in the format that the kernel unpacks as its first file system (cpio "newc"): everything belongs to root and is
 * of 1970, so equal entries give equal bytes. Archives may be put one after another.
 */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts: Uint8Array[] = [];
  entries.forEach((entry, i) => parts.push(...record(entry, i + 1)));
  parts.push(...raw(TRAILER, 0, 0, Buffer.alloc(0)));
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  parts.push(Buffer.alloc(-size & (BLOCK - 1)));
  return Buffer.concat(parts);
}

function record(entry: CpioEntry, inode: number): Uint8Array[] {
  switch (entry.kind) {
    case 'directory':
      return raw(entry.path, inode, MODES.directory, Buffer.alloc(0));
    case 'file':
      return raw(entry.path, inode, MODES.file | (entry.executable === true ? EXECUTABLE : 0), entry.data);
    case 'link':
      return raw(entry.path, inode, MODES.link, Buffer.from(entry.target));
    case 'device':
      return raw(entry.path, inode, MODES.device, Buffer.alloc(0), entry.major, entry.minor);
  }
}

/** A header of 13 numbers of 8 hexadecimal digits, the name, and the data; name and data end at multiples of 4 bytes. */
function raw(path: string, inode: number, mode: number, data: Uint8Array, major = 0, minor = 0): Uint8Array[] {
  const name = Buffer.from(`${path}\0`);
  const numbers = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, major, minor, name.length, 0];
  const header = Buffer.from(`070701${numbers.map((number) => number.toString(16).toUpperCase().padStart(8, '0')).join('')}`);
  return [header, name, Buffer.alloc(-(header.length + name.length) & 3), data, Buffer.alloc(-data.length & 3)];
}

/** The directories that lead to a path, from the top: `a`, `a/b` of `a/b/c`. */
export function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}
