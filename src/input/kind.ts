import { statSync } from 'node:fs';

/** What a path that the user gave leads to; `none` also where it cannot lead anywhere, as `file/x`. */
export function kindOf(path: string): 'file' | 'directory' | 'special' | 'none' {
  try {
    const status = statSync(path);
    if (status.isFile()) return 'file';
    return status.isDirectory() ? 'directory' : 'special';
  } catch {
    return 'none';
  }
}
