/** `npm run bench`: measures what is fast, prints a table, writes out/bench.json; exit code 1 where a floor was missed. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../src/input/atomic.js';
import { InputError, OutsideError } from '../src/input/error.js';
import { ingest } from './ingest.js';
import { libml } from './libml.js';
import type { Measurement } from './measurement.js';
import { heap, memory } from './memory.js';
import { parseOptions, type Group } from './options.js';
import { paths } from './paths.js';
import { documentOf, load, surroundings, textOf } from './report.js';
import { speed } from './speed.js';
import { meets } from './statistics.js';
import { ticks } from './ticks.js';

const MEASURE: Readonly<Record<Group, (repetitions: number) => Measurement[] | Promise<Measurement[]>>> = {
  speed,
  ticks,
  memory,
  heap,
  paths,
  ingest,
  libml,
};

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const loadBefore = load();
  const measurements: Measurement[] = [];
  for (const group of options.groups) {
    process.stderr.write(`measuring ${group} …\n`);
    measurements.push(...(await MEASURE[group](options.repetitions)));
  }
  const where = surroundings(loadBefore);
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileAtomic(options.out, documentOf(measurements, where));
  process.stdout.write(`${textOf(measurements, where)}\nWritten: ${options.out}\n`);
  const missed = measurements.some(({ summary, floor }) => meets(summary, floor) === false);
  return missed && options.floors ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof InputError) && !(error instanceof OutsideError)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = error instanceof InputError ? 2 : 3;
}
