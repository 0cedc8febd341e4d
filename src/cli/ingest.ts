import { InputError } from '../input/error.js';
import { openBundle, writeBundle } from './bundles.js';
import { flag, JSON_OPTION, text } from './options.js';
import type { Verb } from './verb.js';

export const ingestVerb: Verb = {
  name: 'ingest',
  args: '<trace>',
  summary: 'Makes a bundle of a capture directory.',
  options: [{ flags: '--out <bundle>', doc: 'where to write the bundle; one that is there is replaced' }, JSON_OPTION],
  async run(input, io) {
    const out = text(input, 'out');
    if (out === undefined) throw new InputError('--out', '', 'a place for the bundle', 'nothing');
    const contents = await openBundle(input.args[0]!);
    await writeBundle(out, contents);
    const { rows, notes, lostEvents } = contents.manifest;
    if (flag(input, 'json')) {
      io.out(`${JSON.stringify({ out, rows, lost: lostEvents, notes }, null, 1)}\n`);
      return 0;
    }
    const counts = Object.entries(rows).map(([name, count]) => `${count} ${name}`);
    const lines = [`${out}: ${counts.join(', ')}, ${lostEvents} events lost`, ...notes.map((note) => `note: ${note}`)];
    io.out(`${lines.join('\n')}\n`);
    return 0;
  },
};
