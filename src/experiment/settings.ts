import { InputError } from '../input/error.js';
import type { OverrideSpec } from './schema/scenario.js';

/** A value as an option or a file gives it. */
export type Scalar = number | boolean | string;

/** One knob of a machine, set to something else than its profile says. */
export interface Setting {
  /** `sysctl.migration_cost_ns` */
  readonly path: string;
  readonly value: Scalar;
  /** The file or option that says so, for errors. */
  readonly source: string;
}

/** The settings that a scenario's `overrides` stand for. */
export function settingsOf(overrides: OverrideSpec | undefined, file: string): Setting[] {
  const out: Setting[] = [];
  for (const [section, value] of Object.entries(overrides ?? {})) {
    if (typeof value === 'object') {
      for (const [key, inner] of Object.entries<Scalar | Readonly<Record<string, Scalar>>>(value)) {
        const path = `${section}.${key}`;
        if (typeof inner !== 'object') out.push({ path, value: inner, source: file });
        else for (const [name, knob] of Object.entries(inner)) out.push({ path: `${path}.${name}`, value: knob, source: file });
      }
    } else if (value !== undefined) out.push({ path: section, value, source: file });
  }
  return out;
}

/** Reads `name=value`, as `--set` and `--param` take it; the value stays text. @throws InputError */
export function parseAssignment(text: string, option: string): { readonly name: string; readonly value: string } {
  const at = text.indexOf('=');
  if (at <= 0) throw new InputError(option, '', 'NAME=VALUE', JSON.stringify(text));
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

/** The number or truth value that a text stands for; any other text stays one. */
export function scalarOf(text: string): Scalar {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? text : number;
}
