import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProbe, readProbe } from '../../../src/calibration/probe/read.js';
import { InputError } from '../../../src/input/error.js';
import { sizesUpTo, syntheticProbe, TRUTH } from './synthetic.js';

const PROBE = syntheticProbe(TRUTH, { seed: 1, relative: 0.02, outliers: 0 }, sizesUpTo(2 ** 14));
const TEXT = JSON.stringify(PROBE);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-probe-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(text: string): string {
  const file = join(folder, 'probe.json');
  writeFileSync(file, text);
  return file;
}

/** JSON that is to be made wrong. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

/** The probe's JSON with one thing changed. */
function changed(change: (probe: Loose) => void): unknown {
  const copy = JSON.parse(TEXT) as Loose;
  change(copy);
  return copy;
}

describe('readProbe', () => {
  it('reads what the probe writes', () => {
    expect(readProbe(fileOf(TEXT))).toEqual(PROBE);
  });

  it('says what is wrong with a file', () => {
    expect(() => readProbe(join(folder, 'none.json'))).toThrow('expected a file, found nothing of that name');
    expect(() => readProbe(fileOf('{"format": 1'))).toThrow(/line 1, column 13: expected JSON, found the end/);
    expect(() => readProbe(fileOf('{}'))).toThrow(/format: expected/);
  });

  it.each<[string, (probe: Loose) => void, RegExp]>([
    ['another format', (probe) => (probe.format = 'x'), /format: expected cfslab-probe, found "x"/],
    ['another version', (probe) => (probe.version = 2), /version: expected 1, found 2/],
    ['an unknown field', (probe) => (probe.extra = 1), /extra: expected no such field/],
    ['an unknown relation', (probe) => (probe.curves[0].relation = 'moon'), /curves\.0\.relation: expected one of smt/],
    ['a curve twice', (probe) => probe.curves.splice(1, 1, probe.curves[0]), /curves\.1: expected each curve once/],
    ['sizes that do not grow', (probe) => (probe.curves[0].points[1].bytes = 4096), /points\.1\.bytes: expected more/],
    ['samples that are not n', (probe) => probe.curves[0].points[0].treated.samples.pop(), /samples: expected 9 of them/],
    ['quartiles out of order', (probe) => (probe.curves[0].points[0].treated.q1 = 1e9), /expected q1 ≤ median ≤ q3/],
    ['a relation without its reason', (probe) => (probe.machine.relations[0] = { name: 'smt', measured: false }), /why/],
  ])('refuses %s', (_, change, message) => {
    expect(() => parseProbe(changed(change), 'p.json')).toThrow(InputError);
    expect(() => parseProbe(changed(change), 'p.json')).toThrow(message);
  });

  it('gives an InputError or a probe, whatever a file holds', () => {
    fc.assert(
      fc.property(fc.nat(TEXT.length - 1), fc.string({ maxLength: 3 }), fc.nat(50), (at, inserted, removed) => {
        const file = fileOf(TEXT.slice(0, at) + inserted + TEXT.slice(at + removed));
        try {
          readProbe(file);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 150 },
    );
  });
});
