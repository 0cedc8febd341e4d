import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Change } from '../../../src/kernel-validation/install/change.js';
import { sha256 } from '../../../src/kernel-validation/install/record.js';

/** A tree that is no kernel: what an installer looks at, in our own words. */
export const STAND_IN: Readonly<Record<string, string>> = {
  Makefile: '# a stand-in\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 9\nEXTRAVERSION =\nNAME = Stand In\n',
  'kernel/one.c': 'int one(void)\n{\n\tint a = 1;\n\n\treturn a;\n}\n\nint two(void)\n{\n\tint a = 2;\n\n\treturn a;\n}\n',
  'kernel/two.c': '/* the last line has no end */\nint three;',
  'kernel/sched/Makefile': 'obj-y += fair.o\n',
};

export function makeTree(tree: string, files = STAND_IN): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
}

/** Every file of a tree with its mode and bytes. */
export function contentsOf(tree: string): Record<string, string> {
  const entries = readdirSync(tree, { recursive: true, withFileTypes: true });
  const files = entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const text = entry.isFile() ? readFileSync(path, 'utf8') : entry.isDirectory() ? 'a directory' : 'something else';
    return [relative(tree, path), `${(statSync(path).mode & 0o777).toString(8)} ${text}`] as const;
  });
  return Object.fromEntries(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function changeOf(parts: Partial<Omit<Change, 'files'>> & { files?: Record<string, string> } = {}): Change {
  const files = new Map(Object.entries(parts.files ?? { 'ours.h': '#define OURS\n', Kconfig: 'config OURS\n', 'policy/a.h': '', 'policy/b/c.h': '' }));
  const places = parts.places ?? [
    { file: 'kernel/one.c', within: 'int two(', anchor: 'return a;', where: 'before', text: '\tours(a);', why: 'a test' },
    { file: 'kernel/two.c', anchor: 'int three;', where: 'after', text: 'int ours;', why: 'a test' },
    { file: 'kernel/sched/Makefile', anchor: 'obj-y += fair.o', where: 'after', text: 'obj-y += cfslab/', why: 'a test' },
  ];
  return {
    releases: parts.releases ?? [{ name: 'Linux 6.1.9', version: '6.1.9', codename: 'Stand In' }],
    places,
    files: new Map([...files].map(([name, text]) => [name, Buffer.from(text)])),
    hash: sha256(JSON.stringify([places, [...files]])),
    policy: '',
  };
}
