import { InputError } from '../input/error.js';
import type { OptionSpec, VerbInput } from './verb.js';

/** Options that several verbs share, and how their values are read. */
export const JSON_OPTION: OptionSpec = { flags: '--json', doc: 'print one JSON document and nothing else' };

export const SCENARIO_OPTIONS: readonly OptionSpec[] = [
  { flags: '--machine <name|file>', doc: 'the machine, where the scenario names none, or instead of its own' },
  { flags: '--duration <seconds>', doc: 'longest simulated time, seconds' },
  {
    flags: '--set <knob=value>',
    doc: 'change a knob of the machine: sysctl.migration_cost_ns=5000000 (may be repeated)',
    many: true,
  },
  { flags: '--param <name=value>', doc: "change a parameter of the generator: clients=32, or of a recording: workingSetKiB=256 (may be repeated)", many: true },
];

/**
 * The text of an option, or undefined where it was not given.
 * @throws InputError where it is empty, as where a shell's variable is: no option means anything by that
 */
export function text(input: VerbInput, name: string): string | undefined {
  const value = given(input, name);
  if (value === '') throw new InputError(`--${name}`, '', 'a value', 'nothing');
  return value;
}

function given(input: VerbInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === 'string' ? value : undefined;
}

export function flag(input: VerbInput, name: string): boolean {
  return input.options[name] === true;
}

/** Every value of an option that may be repeated. */
export function many(input: VerbInput, name: string): readonly string[] {
  const value = input.options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** An integer option. @throws InputError where it is none, or out of range */
export function integer(input: VerbInput, name: string, min: number, max: number): number | undefined {
  const written = given(input, name);
  if (written === undefined) return undefined;
  const value = Number(written);
  if (!/^[+-]?\d+$/.test(written) || value < min || value > max) {
    throw new InputError(`--${name}`, '', `an integer from ${min} to ${max}`, written);
  }
  return value;
}

/** A positive number, with or without decimals. @throws InputError */
export function positive(input: VerbInput, name: string, max: number): number | undefined {
  const written = given(input, name);
  if (written === undefined) return undefined;
  const value = Number(written);
  if (!/^\d*\.?\d+(e[+-]?\d+)?$/i.test(written) || !(value > 0) || value > max) {
    throw new InputError(`--${name}`, '', `a number above 0 and up to ${max}`, written);
  }
  return value;
}

/**
 * A list separated by commas. A part that has a `=` before its first `:` is a further parameter of the part before it,
 * so that `stock,early-migration:attempts=2,margin=1` is two policies.
 */
export function list(input: VerbInput, name: string): string[] | undefined {
  const given = text(input, name);
  if (given === undefined) return undefined;
  const parts: string[] = [];
  for (const part of given.split(',')) {
    const previous = parts.at(-1);
    if (previous?.includes(':') && /^[^:]+=/.test(part)) parts[parts.length - 1] = `${previous},${part}`;
    else parts.push(part);
  }
  if (parts.some((part) => part.trim() === '')) {
    throw new InputError(`--${name}`, '', 'names separated by commas', JSON.stringify(given));
  }
  const twice = parts.find((part, i) => parts.indexOf(part) !== i);
  if (twice !== undefined) throw new InputError(`--${name}`, '', 'each name once', `${twice} twice`);
  return parts;
}
