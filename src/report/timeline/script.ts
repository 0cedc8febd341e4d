import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { packageRoot } from '../../input/package-root.js';

/** A script that a page runs, and the hash by which the page's policy allows it and no other. */
export interface PageScript {
  readonly text: string;
  /** As Content-Security-Policy has it: `'sha256-…'`. */
  readonly hash: string;
}

let made: PageScript | null = null;

/**
 * The timeline's script, of the modules in `client` in one piece. The same sources make the same bytes: nothing of the
 * surroundings is looked at, and the version of the bundler is pinned. The one door to esbuild.
 */
export function timelineScript(): PageScript {
  made ??= bundled();
  return made;
}

function bundled(): PageScript {
  const { outputFiles } = buildSync({
    entryPoints: [join(packageRoot(), 'src/report/timeline/client/main.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    minify: true,
    charset: 'ascii',
    legalComments: 'none',
    tsconfigRaw: '{}',
    logLevel: 'silent',
  });
  // In a script, `</script` would end it wherever it stands.
  const text = outputFiles[0]!.text.replace(/<\/(?=script)/gi, '<\\/').trim();
  return { text, hash: `'sha256-${createHash('sha256').update(text).digest('base64')}'` };
}
