import { InputError } from '../../input/error.js';
import type { Workload } from '../../sim/programs/program.js';

/** A whole number. */
export interface IntegerSpec {
  readonly kind: 'integer';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly doc: string;
  /** The variable of the capture laboratory that it stands for. */
  readonly env?: string;
}

/** Several whole numbers. */
export interface ListSpec {
  readonly kind: 'list';
  readonly default: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly doc: string;
  readonly env?: string;
  /** The numbers are CPUs, which the machine must have. */
  readonly cpus?: boolean;
}

/** One of several words. */
export interface ChoiceSpec<C extends string = string> {
  readonly kind: 'choice';
  readonly default: C;
  readonly choices: readonly C[];
  readonly doc: string;
  readonly env?: string;
}

export type ParamSpec = IntegerSpec | ListSpec | ChoiceSpec;
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
export type ParamValue = number | string | readonly number[];
export type Params = Readonly<Record<string, ParamValue>>;

type ValueOf<S extends ParamSpec> = S extends { kind: 'integer' }
  ? number
  : S extends { kind: 'list' }
    ? readonly number[]
    : S extends ChoiceSpec<infer C>
      ? C
      : never;
export type ValuesOf<P extends ParamSpecs> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** What a generator may know of where its workload will run. */
export interface GeneratorMachine {
  readonly cpus: number;
  /** Root seed, 0…2^32−1: the only source of what is drawn while building. */
  readonly seed: number;
}

/** Builds workloads of one kind. */
export interface Generator {
  readonly name: string;
  readonly description: string;
  /** What its throughput counts. */
  readonly unit: string;
  readonly params: ParamSpecs;
  /** @param params a value for each parameter, as `readParams` gives them */
  build(params: Params, machine: GeneratorMachine): Workload;
}

/** Gives the builder of a generator its parameters with their types. */
export function defineGenerator<const P extends ParamSpecs>(definition: {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly params: P;
  readonly build: (params: ValuesOf<P>, machine: GeneratorMachine) => Workload;
}): Generator {
  return { ...definition, build: (params, machine) => definition.build(params as unknown as ValuesOf<P>, machine) };
}

export function integer(value: number, min: number, max: number, doc: string, env?: string): IntegerSpec {
  return { kind: 'integer', default: value, min, max, doc, ...(env === undefined ? {} : { env }) };
}

/** Working set and touch rate of the main kind of task. @param kib KiB @param rate bytes per µs of run time */
export function memory(kib: number, rate: number): { readonly workingSetKiB: IntegerSpec; readonly touchRate: IntegerSpec } {
  return {
    workingSetKiB: integer(kib, 0, 1_048_576, 'working set of a task, KiB'),
    touchRate: integer(rate, 0, 100_000, 'bytes of it touched per µs of run time'),
  };
}

/** The defaults of a generator. */
export function defaultsOf(specs: ParamSpecs): Params {
  const values: Record<string, ParamValue> = {};
  for (const [name, spec] of Object.entries(specs)) values[name] = spec.default;
  return values;
}

const LIST_LENGTH_MAX = 4096;

/**
 * Checks what the user gave for a generator's parameters and fills in the rest. Numbers may come as text, and lists as
 * text with commas, as a command line gives them.
 *
 * @param file the file or option that they came from
 * @param place where in it, without the parameter's name
 * @throws InputError
 */
export function readParams(
  generator: Pick<Generator, 'name' | 'params'>,
  given: Readonly<Record<string, unknown>>,
  machine: GeneratorMachine,
  file: string,
  place = '',
): Params {
  const at = (name: string): string => (place === '' ? name : `${place}.${name}`);
  const values: Record<string, ParamValue> = { ...defaultsOf(generator.params) };
  for (const [name, raw] of Object.entries(given)) {
    const spec = Object.hasOwn(generator.params, name) ? generator.params[name] : undefined;
    if (spec === undefined) {
      const known = Object.keys(generator.params).join(', ');
      throw new InputError(file, at(name), `a parameter of ${generator.name} (${known})`, name);
    }
    values[name] = readParam(spec, raw, machine, file, at(name));
  }
  return values;
}

function readParam(spec: ParamSpec, raw: unknown, machine: GeneratorMachine, file: string, place: string): ParamValue {
  switch (spec.kind) {
    case 'integer':
      return readInteger(raw, spec.min, spec.max, file, place);
    case 'choice':
      if (typeof raw === 'string' && spec.choices.includes(raw)) return raw;
      throw new InputError(file, place, `one of ${spec.choices.join(', ')}`, show(raw));
    case 'list': {
      const entries: unknown = typeof raw === 'string' ? raw.split(/[\s,]+/).filter((entry) => entry !== '') : raw;
      if (!Array.isArray(entries) || entries.length > LIST_LENGTH_MAX) {
        throw new InputError(file, place, `a list of at most ${LIST_LENGTH_MAX} whole numbers`, show(raw));
      }
      const max = spec.cpus === true ? machine.cpus - 1 : spec.max;
      return entries.map((entry: unknown, i) => readInteger(entry, spec.min, max, file, `${place}[${i}]`));
    }
  }
}

function readInteger(raw: unknown, min: number, max: number, file: string, place: string): number {
  const value = typeof raw === 'string' && /^-?\d{1,15}$/.test(raw) ? Number(raw) : raw;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new InputError(file, place, `a whole number within ${min}…${max}`, show(raw));
}

function show(raw: unknown): string {
  return typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? String(raw));
}
