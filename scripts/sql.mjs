/**
 * Queries Parquet files with DuckDB, where no `duckdb` program is at hand:
 * `node scripts/sql.mjs "SELECT count(*) FROM 'out/b/decisions.parquet'"`. Prints columns separated by tabs.
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [query] = process.argv.slice(2);
if (query === undefined) {
  process.stderr.write('usage: node scripts/sql.mjs QUERY\n');
  process.exit(2);
}
try {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const result = await connection.runAndReadAll(query);
  const rows = [result.columnNames(), ...result.getRows()];
  process.stdout.write(rows.map((row) => `${row.map(String).join('\t')}\n`).join(''));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
