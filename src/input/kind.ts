import { statSync } from 'node:fs';

/** What a path that the user gave leads to; `none` also where it cannot lead anywhere (`file/x`, a name with a zero byte). */
export function kindOf(path: string): 'file' | 'directory' | 'special' | 'none' {
  try {
    const status = statSync(path);
    if (status.isFile()) return 'file';
    return status.isDirectory() ? 'directory' : 'special';
  } catch {
    return 'none';
  }
}
