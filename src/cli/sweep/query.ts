import { join } from 'node:path';
import { querySqlTables } from '../../bundle/tables/sql-table.js';
import { InputError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import { flag, JSON_OPTION, text } from '../options.js';
import { DEFAULT_OUT, DOCUMENT_FILE, RUNS_FILE } from './sweep.js';
import { table } from '../table.js';
import type { Verb } from '../verb.js';

export const sweepQueryVerb: Verb = {
  help: `cfslab sweep query 'SELECT "policy.attempts", avg(throughput) FROM runs GROUP BY 1 ORDER BY 1'`,
  options: [{ flags: '--from <dir>', doc: `the sweep's results (default: ${DEFAULT_OUT})` }, JSON_OPTION],
  async run(input, io) {
    const from = text(input, 'from') ?? DEFAULT_OUT;
    if (kindOf(join(from, DOCUMENT_FILE)) !== 'file') throw new InputError('--from', '', 'the results of a sweep', from);
    const { columns, rows } = await querySqlTables({ runs: join(from, RUNS_FILE) }, input.args[0]!, 'sweep query');
    if (flag(input, 'json')) {
      const objects = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]!])));
      io.out(`${JSON.stringify({ columns, rows: objects }, null, 1)}\n`);
      return 0;
    }
    const cells = rows.map((row) => row.map((value) => (value === null ? 'NULL' : String(value))));
    io.out(`${table(columns.map((name, i) => ({ head: [name], left: rows.some((row) => typeof row[i] === 'string') })), cells)}\n`);
    return 0;
  },
};
