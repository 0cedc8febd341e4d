import { check } from '../../input/check.js';
import { InputError } from '../../input/error.js';
import { readJsonFile } from '../../input/json.js';
import { z } from '../../input/zod.js';
import type { ColumnMap, ColumnSource } from './targets.js';
import { isTarget, TARGETS } from './targets.js';

const SOURCE = z.union([
  z.string(),
  z.strictObject({
    column: z.string(),
    scale: z.number().positive().exactOptional(),
    invert: z.boolean().exactOptional(),
  }),
  z.strictObject({ value: z.int() }),
], { error: 'a name, {"column": name, "scale": number, "invert": true or false} or {"value": integer}' });
const MAP = z.record(z.string(), SOURCE);

/**
 * Reads a column map: `{"delta": {"column": "since_us", "scale": 1000}, "result": "moved", "level": {"value": 2}}`.
 *
 * @throws InputError naming the file and the entry
 */
export function readColumnMap(path: string): ColumnMap {
  const given = check(MAP, readJsonFile(path), path);
  const map: Record<string, ColumnSource> = {};
  for (const [target, source] of Object.entries(given)) {
    if (!isTarget(target)) throw new InputError(path, target, `one of ${TARGETS.join(', ')}`, 'no such column');
    map[target] = typeof source === 'string' ? { column: source } : source;
  }
  if (!Object.hasOwn(map, 'result')) throw new InputError(path, '', 'an entry "result", which is the answer', 'none');
  return map;
}
