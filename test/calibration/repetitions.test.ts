import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recordingOf, repetitionOf } from '../../src/calibration/recording.js';
import {
  openRepetitions, readRepetitions, repetitionFile, repetitionText, shippedRepetitions, type RepetitionFile,
} from '../../src/calibration/repetitions.js';
import { seedSpread } from '../../src/calibration/seed-spread.js';
import { packageRoot } from '../../src/input/package-root.js';
import { simulated } from './support/simulated.js';

const DIR = mkdtempSync(join(tmpdir(), 'cfslab-repetitions-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

const contents = await Promise.all([1, 2, 3].map((seed) => simulated('hogs', 'pvt8c', 0.02, seed)));
const all = contents.map((content, i) => repetitionOf(recordingOf(`runs/${'abc'[i]}`, content, false)));
const other = repetitionOf(recordingOf('runs/d', await simulated('hogs', 'pvt8', 0.02, 1), false));

function written(name: string, change: (file: RepetitionFile) => unknown = (file) => file): string {
  const path = join(DIR, name);
  writeFileSync(path, JSON.stringify(change(repetitionFile([...all, other]))));
  return path;
}

describe('a file of repetitions', () => {
  it('gives back what was put in, by workload, the same bytes for any order', async () => {
    const text = repetitionText(repetitionFile([...all, other]));
    expect(repetitionText(repetitionFile([other, ...[...all].reverse(), all[1]!]))).toBe(text);
    const path = join(DIR, 'whole.json');
    writeFileSync(path, text);
    const back = await openRepetitions(path);
    expect(back).toHaveLength(4);
    for (const repetition of [...all, other]) expect(back).toContainEqual(repetition);
    expect(repetitionText(repetitionFile(back))).toBe(text);
    expect(seedSpread(all[0]!, back, 'context_switches')).toEqual(seedSpread(all[0]!, all, 'context_switches'));
    expect(repetitionFile(back).workloads.map(({ recordings }) => recordings.length).sort((a, b) => a - b)).toEqual([1, 3]);
  });

  it.each<[string, (file: RepetitionFile) => unknown, string]>([
    ['of another version', (file) => ({ ...file, schema: 2 }), 'schema: expected 1, found 2'],
    ['with a recording twice', (file) => ({ ...file, workloads: [...file.workloads, file.workloads[0]] }), 'expected each recording once'],
    ['with a field that is none', (file) => ({ ...file, extra: 1 }), 'extra: expected no such field'],
    ['with a figure that is no number', (file) => change(file, { figures: { m: 'much' } }), 'figures.m: expected a number'],
    ['with a hash that is none', (file) => change(file, { hash: 'abc' }), 'hash: expected a sha256 in hexadecimal'],
    ['with a length below 0', (file) => change(file, { durationNs: -1 }), 'durationNs: expected at least 0'],
  ])('is refused %s', (_, wrong, part) => {
    const path = written('wrong.json', wrong);
    expect(() => readRepetitions(path)).toThrow(part);
    expect(() => readRepetitions(path)).toThrow(path);
  });

  it('cannot change all objects by the name of a figure', () => {
    const path = join(DIR, 'proto.json');
    const whole = written('whole2.json');
    writeFileSync(path, readFileSync(whole, 'utf8').replaceAll('"figures":{', '"figures":{"__proto__":1,'));
    expect(readRepetitions(path)).toEqual(readRepetitions(whole));
  });

  it('comes with cfslab, of the captures’ workloads', () => {
    const shipped = shippedRepetitions();
    expect(new Set(shipped.map(({ hash }) => hash)).size).toBe(shipped.length);
    const folder = join(packageRoot(), 'calibration', 'repetitions', 'captures.json');
    expect(readFileSync(folder, 'utf8')).toBe(repetitionText(repetitionFile(shipped)));
  });
});

function change({ workloads, ...rest }: RepetitionFile, fields: object): unknown {
  const [first, ...others] = workloads;
  const [recording, ...more] = first!.recordings;
  return { ...rest, workloads: [{ ...first, recordings: [{ ...recording, ...fields }, ...more] }, ...others] };
}
