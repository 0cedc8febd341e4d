import { relative } from 'node:path';
import { cacheRoot } from '../../kernel-validation/cache.js';
import { cleanCache, type CacheItem, type Cleaned } from '../../kernel-validation/clean.js';
import { flag, integer, JSON_OPTION } from '../options.js';
import { table } from '../table.js';
import { bytes } from '../units.js';
import type { Verb } from '../verb.js';

const MS_PER_DAY = 86_400_000;
const DAYS = 14;

export const kernelCleanVerb: Verb = {
  help:
    'Says what goes, how large it is, and when it was last used. What another process is making stays, and so does the source of a\n' +
    'kernel as long as the objects of one configuration of it stay. All of it can be made again. A build removes by itself the\n' +
    'objects of all but the three configurations of a source that were used last.',
  options: [
    { flags: '--unused-for <days>', doc: `what was not used for so many days; 0: everything (default: ${DAYS})` },
    { flags: '--dry-run', doc: 'only says what would go' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const days = integer(input, 'unused-for', 0, 36_500) ?? DAYS;
    const dryRun = flag(input, 'dry-run');
    const root = cacheRoot();
    const cleaned = await cleanCache({ root, beforeMs: days === 0 ? Infinity : Date.now() - days * MS_PER_DAY, dryRun });
    io.out(flag(input, 'json') ? `${JSON.stringify({ schemaVersion: 1, root, dryRun, ...cleaned }, null, 1)}\n` : describe(root, dryRun, cleaned));
    return 0;
  },
};

function describe(root: string, dryRun: boolean, { removed, kept, busy }: Cleaned): string {
  const row = (what: string) => (item: CacheItem): string[] => [
    what, item.kind, relative(root, item.path), bytes(item.bytes), new Date(item.usedMs).toISOString().slice(0, 10),
  ];
  const rows = [...removed.map(row(dryRun ? 'would go' : 'removed')), ...busy.map(row('in use')), ...kept.map(row('kept'))];
  const sum = (items: readonly CacheItem[]): string => bytes(items.reduce((total, one) => total + one.bytes, 0));
  const heads = ['', 'what', `in ${root}`, 'size', 'last used'];
  return [
    ...(rows.length === 0 ? [] : [table(heads.map((head, i) => ({ head: [head], left: i < 3 })), rows)]),
    `${dryRun ? 'Would be removed' : 'Removed'}: ${sum(removed)}; left: ${sum([...kept, ...busy])}`,
    '',
  ].join('\n');
}
