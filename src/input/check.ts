import { InputError } from './error.js';
import { z } from './zod.js';

/**
 * Checks a value that came from outside against a schema.
 *
 * @param file the file or option it came from, for the error
 * @returns the value with the schema's defaults filled in
 * @throws InputError naming the first field that is wrong, what was expected there and what was found
 */
export function check<S extends z.ZodType>(schema: S, value: unknown, file: string): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw issueError(result.error.issues[0]!, value, file, []);
}

function issueError(issue: z.core.$ZodIssue, root: unknown, file: string, outer: readonly PropertyKey[]): InputError {
  const path = [...outer, ...issue.path];
  const place = placeOf(path);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    return new InputError(file, placeOf([...path, key]), 'no such field', show(valueAt(root, [...path, key])));
  }
  if (issue.code === 'invalid_union') {
    // The branch that came furthest is most likely the one that was meant.
    const branch = deepest(issue.errors);
    if (branch !== undefined) return issueError(branch, root, file, path);
  }
  return new InputError(file, place, expectation(issue), show(valueAt(root, path)));
}

function deepest(branches: ReadonlyArray<readonly z.core.$ZodIssue[]>): z.core.$ZodIssue | undefined {
  let best: z.core.$ZodIssue | undefined;
  for (const branch of branches) {
    const first = branch[0];
    if (first !== undefined && first.path.length > (best?.path.length ?? 0)) best = first;
  }
  return best;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return named(issue.expected);
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}${counted(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}${counted(issue.origin)}`;
    default:
      return issue.message;
  }
}

function named(type: string): string {
  if (type === 'int') return 'an integer';
  if (type === 'record') return 'an object';
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function counted(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'set' ? ' entries' : '';
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** The beginning of a value as JSON; what is deep or long is cut, since a file may be made to be deeper than any stack. */
function show(value: unknown, depth = 3): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (typeof value !== 'object' || value === null) return String(value as number | boolean | null);
  const isArray = Array.isArray(value);
  const keys = Object.keys(value);
  const shown = depth === 0 ? [] : keys.slice(0, 10);
  const parts = shown.map((key) => {
    const inner = show((value as Record<string, unknown>)[key], depth - 1);
    return isArray ? inner : `${JSON.stringify(key.slice(0, 100))}:${inner}`;
  });
  if (shown.length < keys.length) parts.push('…');
  return isArray ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}
