import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Where the shipped captures are. */
export const CAPTURES = fileURLToPath(new URL('../../calibration/captures/', import.meta.url));

/** A copy of a shipped capture that a test may damage. */
export class CaptureCopy {
  readonly root = mkdtempSync(join(tmpdir(), 'cfslab-capture-'));
  readonly dir = join(this.root, 'capture');

  constructor(name: string) {
    cpSync(join(CAPTURES, name), this.dir, { recursive: true });
    cpSync(join(CAPTURES, 'kconfig'), join(this.root, 'kconfig'));
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  write(name: string, contents: string | Uint8Array): void {
    writeFileSync(this.path(name), contents);
  }

  /** Puts a plain trace of these lines in place of the packed one. */
  writeTrace(lines: readonly string[] | Uint8Array): void {
    rmSync(this.path('trace.txt.gz'), { force: true });
    this.write('trace.txt', lines instanceof Uint8Array ? lines : `${lines.join('\n')}\n`);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The lines of a shipped trace, without the empty one at the end. */
export function traceLines(name: string): string[] {
  return gunzipSync(readFileSync(join(CAPTURES, name, 'trace.txt.gz'))).toString('latin1').split('\n').slice(0, -1);
}
