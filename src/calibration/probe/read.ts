import { check } from '../../input/check.js';
import { InputError } from '../../input/error.js';
import { readJsonFile } from '../../input/json.js';
import { type Probe, probeSchema } from './schema.js';

/** A full run with a thousand repetitions has some 20 MiB. */
const MAX_BYTES = 64 * 2 ** 20;

/**
 * Reads what `cfslab-probe` wrote.
 * @throws InputError where the file is missing, no JSON, of another format or version, or contradicts itself
 */
export function readProbe(path: string): Probe {
  return parseProbe(readJsonFile(path, MAX_BYTES), path);
}

/** Checks a probe's JSON that is read already; `file` names it in errors. @throws InputError */
export function parseProbe(json: unknown, file: string): Probe {
  const probe = check(probeSchema, json, file);
  const seen = new Set<string>();
  probe.curves.forEach((curve, at) => {
    const name = `${curve.relation} ${curve.pattern} ${curve.access}`;
    if (seen.has(name)) throw new InputError(file, `curves.${at}`, 'each curve once', `${name} again`);
    seen.add(name);
    checkPoints(curve.points, `curves.${at}.points`, file);
  });
  return probe;
}

function checkPoints(points: Probe['curves'][number]['points'], place: string, file: string): void {
  points.forEach((point, at) => {
    const before = at === 0 ? 0 : points[at - 1]!.bytes;
    if (point.bytes <= before) {
      throw new InputError(file, `${place}.${at}.bytes`, `more than the ${before} before it`, String(point.bytes));
    }
    for (const treatment of ['stayed', 'returned', 'treated'] as const) {
      const cell = point[treatment];
      if (cell === undefined) continue;
      const inside = `${place}.${at}.${treatment}`;
      if (cell.samples.length !== cell.n) {
        throw new InputError(file, `${inside}.samples`, `${cell.n} of them, as n says`, `${cell.samples.length}`);
      }
      if (!(cell.q1 <= cell.median && cell.median <= cell.q3)) {
        throw new InputError(file, inside, 'q1 ≤ median ≤ q3', `${cell.q1}, ${cell.median}, ${cell.q3}`);
      }
    }
  });
}
