import { basename } from 'node:path';
import { InputError } from '../../input/error.js';
import { readTextFile } from '../../input/json.js';
import type { ParamValue } from '../../workloads/generators/params.js';
import { generatorNamed } from '../../workloads/registry.js';
import { phoronix } from '../boot/here.js';
import type { Place } from '../guest/settings.js';

/** A workload that real programs do, and that the simulator has by the same name and the same parameters. */
export interface MeasuredWorkload {
  /** Its name in the simulator; of an rt-app file, the file's. */
  readonly name: string;
  /** The script of `kernel-validation/guest/workloads`. */
  readonly script: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Parameters that only the simulator's workload has, since the program takes the time that it takes; empty: not known there. */
  readonly times: Readonly<Record<string, number>>;
  /** What its throughput counts; null: as its programs say. */
  readonly unit: string | null;
  /** Whether it ends by time, and not when its work is done. */
  readonly timed: boolean;
  readonly rtapp: string | null;
}

interface Program {
  /** Parameters of the generator that the script reads, with values that suit a guest of 8 CPUs for some tenths of a second. */
  readonly params: Readonly<Record<string, ParamValue | null>>;
  readonly timed: boolean;
}

/** null: the generator's own default. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  hackbench: { params: { groups: 3, fds: 6, loops: 3000, datasize: null, transport: null, mode: 'thread' }, timed: false },
  zstd: { params: { workers: 8, blocks: 64 }, timed: false },
  threadpool: { params: { workers: 24, hogs: 0, minUs: 100, maxUs: 400, idleUs: 400, hogMs: 30 }, timed: true },
  forkjoin: { params: { threads: null, workUs: null, serialUs: null, skewPct: null }, timed: true },
  reqresp: { params: { clients: 32, workers: 12 }, timed: true },
  hogs: { params: { nices: null }, timed: true },
  spinners: { params: { tasks: 9 }, timed: true },
  oversub: { params: { n: null, t1: null, t2: null, c: null }, timed: true },
};

/**
 * What the laboratory's programs take for their own work, as parameters of the generators: an instruction is a ns there, so that these are
 * numbers of instructions of the program and of the system calls that it makes, nearly the same each time. Read off stock runs, all but
 * zstd's `checksumUs` off runs of other seeds than any plan's default (`kernel measure --seed 1001`), never off times that a scheduler
 * has a part in:
 *
 * - hackbench: CPU time of senders and of receivers by messages, less what goes with the number of their wake-ups (least squares);
 * - zstd: CPU time of each thread by blocks of 512 KiB, and of a worker's parts from its start to the signal that the checksum goes
 *   on, from one such signal to the next, and from there to the end of the block.
 */
const LAB_TIMES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  hackbench: { sendNs: 961, receiveNs: 941, spreadPct: 2 },
  zstd: {
    readUs: 187, copyUs: 200, prefixUs: 2980, checksumUs: 505, compressUs: 20_960, spreadPct: 2, hardPct: 0, writeUs: 10,
  },
};

/** The thesis' workloads that only the Phoronix Test Suite has, for a machine where it is installed. */
const PHORONIX = ['cassandra', 'arrayfire', 'askap'];

/** Workloads that can be measured at a place. */
export function workloadNames(place: Place): string[] {
  return [...Object.keys(PROGRAMS), ...(place === 'here' && phoronix() ? PHORONIX : [])];
}

/**
 * `hackbench`, `hackbench:groups=4,loops=1000`, or the path of an rt-app file.
 *
 * @param source the option that it stands in
 * @throws InputError where there is no such workload at this place
 */
export function measuredWorkload(text: string, place: Place, source = '--workloads'): MeasuredWorkload {
  if (text.endsWith('.json')) {
    const rtapp = readTextFile(text, 2 ** 20);
    return { name: basename(text, '.json'), script: 'rtapp', params: {}, times: {}, unit: null, timed: false, rtapp };
  }
  const [name = '', given = ''] = text.split(/:(.*)/s);
  if (PHORONIX.includes(name)) {
    if (place !== 'here') throw new InputError(source, name, 'the place here: the Phoronix Test Suite needs a whole system', place);
    if (!phoronix()) throw new InputError(source, name, 'the Phoronix Test Suite, installed', 'no phoronix-test-suite');
    return { name, script: name, params: {}, times: {}, unit: null, timed: false, rtapp: null };
  }
  const program = PROGRAMS[name];
  if (program === undefined) throw new InputError(source, '', `${workloadNames(place).join(', ')} or an rt-app file`, name);
  const { params: specs, unit } = generatorNamed(name, source);
  const params: Record<string, ParamValue> = {};
  for (const [param, value] of Object.entries(program.params)) params[param] = value ?? specs[param]!.default;
  for (const part of given === '' ? [] : given.split(',')) {
    const [, param = '', value = ''] = /^([A-Za-z]\w*)=(.+)$/.exec(part) ?? [];
    if (!Object.hasOwn(params, param)) throw new InputError(source, name, `a parameter of ${Object.keys(params).join(', ')}`, part);
    const spec = specs[param]!;
    if (spec.kind === 'choice') {
      if (!spec.choices.includes(value)) throw new InputError(source, `${name}:${param}`, spec.choices.join(', '), value);
      params[param] = value;
      continue;
    }
    const numbers = value.split('/').map(Number);
    const isRight = numbers.every((number) => Number.isInteger(number) && number >= spec.min && number <= spec.max);
    if (!isRight || (spec.kind === 'integer' && numbers.length !== 1)) {
      throw new InputError(source, `${name}:${param}`, `${spec.min}…${spec.max}${spec.kind === 'list' ? ', several as 1/2/3' : ''}`, value);
    }
    params[param] = spec.kind === 'integer' ? numbers[0]! : numbers;
  }
  const times = place === 'lab' ? (LAB_TIMES[name] ?? {}) : {};
  return { name, script: name, params, times, unit: unit === '' ? null : unit, timed: program.timed, rtapp: null };
}
