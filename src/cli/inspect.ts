import type { DirtyEntry } from '../bundle/dirty.js';
import { inspect, type Inspection } from '../bundle/inspect.js';
import { openBundle } from './bundles.js';
import { flag, JSON_OPTION } from './options.js';
import { table, wrap } from './table.js';
import { count, duration } from './units.js';
import type { Verb } from './verb.js';

export const inspectVerb: Verb = {
  options: [JSON_OPTION],
  async run(input, io) {
    const found = inspect(await openBundle(input.args[0]!));
    io.out(flag(input, 'json') ? `${JSON.stringify(found, null, 1)}\n` : inspectionText(found));
    return 0;
  },
};

function inspectionText(found: Inspection): string {
  const { rows, decided, perSecond } = found;
  const rate = (name: string): string => (perSecond[name] === undefined ? '–' : count(perSecond[name]));
  const share = (part: number): string => (decided === 0 ? '–' : `${((100 * part) / decided).toFixed(2)} %`);
  const seed = found.seed === null ? 'no seed' : `seed ${found.seed}`;
  const cells = [
    ['decisions', rows.decisions, rate('decisions'), ''],
    ['  decided (came to the hot test)', decided, rate('decided'), ''],
    ['    hot, refused', found.hotRefused, rate('hotRefused'), share(found.hotRefused)],
    ['    cold, allowed', found.cold, '', share(found.cold)],
    ['    hot, forced', found.forced, rate('forced'), share(found.forced)],
    ['balances', rows.balances, rate('balances'), ''],
    ['events', rows.events, rate('events'), ''],
    ...Object.entries(found.events).map(([kind, n]) => [`  ${kind}`, n, rate(kind), '']),
    ...Object.entries(found.instrument).map(([name, n]) => [name, n, rate(name), '']),
  ].map((row) => row.map(String));
  return [
    `${found.workload} on ${found.topology} (${found.cpus} CPUs), policy ${found.policy}, ${seed}`,
    `made by ${found.source === 'kernel' ? `a kernel, ${found.release}` : found.release}`,
    `${duration(found.durationNs)}, ${found.tasks} tasks, ${found.lost} events lost`,
    ...Object.entries(found.formats).map(([name, format]) => `from ${name} (${format})`),
    '',
    table([{ head: ['rows'], left: true }, { head: ['count'] }, { head: ['1/s'] }, { head: ['of decided'] }], cells),
    ...dirtyTable(found.dirty),
    ...found.notes.map((note) => wrap(`note: ${note}`)),
    '',
  ].join('\n');
}

/** What was wrong with the source of a bundle, how often, and what was done about it; no lines where nothing was. */
export function dirtyTable(dirty: readonly DirtyEntry[]): string[] {
  if (dirty.length === 0) return [];
  const cells = dirty.map(({ kind, treatment, count: times, first }) => {
    const place = [
      first.file ?? '',
      first.line === undefined ? '' : `line ${first.line}`,
      first.ts === undefined ? '' : `${first.ts} ns`,
    ];
    return [kind, treatment, String(times), place.filter((part) => part !== '').join(', ')];
  });
  const heads = [{ head: ['dirty'], left: true }, { head: ['treatment'], left: true }, { head: ['count'] }];
  return [table([...heads, { head: ['first'], left: true }], cells)];
}
