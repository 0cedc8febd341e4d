import { InputError } from '../src/input/error.js';

/** What can be measured, in the order in which it is. */
export const GROUPS = ['speed', 'ticks', 'memory', 'heap', 'paths', 'ingest', 'libml'] as const;
export type Group = (typeof GROUPS)[number];

export interface BenchOptions {
  readonly groups: readonly Group[];
  /** Whether a floor that is missed makes the exit code 1. */
  readonly floors: boolean;
  /** Fresh processes for each measurement of a whole run. */
  readonly repetitions: number;
  /** File that the results are written to. */
  readonly out: string;
}

const DEFAULTS: BenchOptions = { groups: GROUPS, floors: true, repetitions: 5, out: 'out/bench.json' };
const MAX_REPETITIONS = 100;

export const USAGE = `usage: npm run bench -- [--only ${GROUPS.join(',')}] [--repetitions N] [--no-floors] [--out FILE]`;

/** @throws InputError */
export function parseOptions(argv: readonly string[]): BenchOptions {
  let options = DEFAULTS;
  for (let i = 0; i < argv.length; i++) {
    const option = argv[i]!;
    if (option === '--no-floors') {
      options = { ...options, floors: false };
      continue;
    }
    if (!['--only', '--repetitions', '--out'].includes(option)) throw new InputError('bench', '', USAGE, option);
    const value = argv[++i];
    if (value === undefined || value.startsWith('--')) throw new InputError(option, '', 'a value', value ?? 'nothing');
    if (option === '--only') options = { ...options, groups: groupsOf(value) };
    else if (option === '--out') options = { ...options, out: value };
    else options = { ...options, repetitions: repetitionsOf(value) };
  }
  return options;
}

function groupsOf(text: string): Group[] {
  const names = text.split(',');
  const unknown = names.find((name) => !(GROUPS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new InputError('--only', '', `some of ${GROUPS.join(', ')}`, unknown);
  return GROUPS.filter((group) => names.includes(group));
}

function repetitionsOf(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MAX_REPETITIONS) {
    throw new InputError('--repetitions', '', `an integer from 1 to ${MAX_REPETITIONS}`, text);
  }
  return value;
}
