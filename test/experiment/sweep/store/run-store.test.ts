import fc from 'fast-check';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatLine, parseLine, RunStore, type StoredRun } from '../../../../src/experiment/sweep/store/run-store.js';
import { METRIC_NAMES, type Metrics } from '../../../../src/sim/records/metrics.js';

const CELL = 'ab'.repeat(32);
const run = (seed: number): StoredRun => ({
  seed, streamHash: '0123456789abcdef', events: 10 * seed, simulatedNs: 2e8, finished: seed % 2 === 0,
  metrics: Object.fromEntries(METRIC_NAMES.map((name, i) => [name, i === 0 ? null : seed + i / 7])) as Metrics,
});

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'cfslab-store-'))));
afterEach(() => rmSync(root, { recursive: true }));
const file = (): string => join(root, 'runs', 'ab', `${CELL}.runs`);

describe('the store of runs', () => {
  it('gives back what was put in, to the last bit', () => {
    const store = new RunStore(root);
    expect(store.read(CELL).size).toBe(0);
    for (const seed of [1, 2, 3]) store.append(CELL, run(seed));
    expect([...new RunStore(root).read(CELL).values()]).toEqual([1, 2, 3].map(run));
    expect(readdirSync(join(root, 'runs'))).toEqual(['ab']);
  });

  it('loses no more than the line that was torn, wherever it was, and goes on after it', () => {
    const store = new RunStore(root);
    for (const seed of [1, 2]) store.append(CELL, run(seed));
    const length = readFileSync(file()).length;
    const start = length - formatLine(run(2)).length - 1;
    for (const cut of [start, start + 1, start + 20, length - 2]) {
      truncateSync(file(), length);
      truncateSync(file(), cut);
      expect([...store.read(CELL).keys()], `cut at ${cut}`).toEqual([1]);
      store.append(CELL, run(3));
      expect([...store.read(CELL).keys()], `cut at ${cut}`).toEqual([1, 3]);
      rmSync(file());
      for (const seed of [1, 2]) store.append(CELL, run(seed));
    }
  });

  it('takes no line for a run in which anything was changed', () => {
    const line = formatLine(run(4));
    expect(parseLine(line)).toEqual(run(4));
    fc.assert(fc.property(fc.nat(line.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, char) => {
      fc.pre(line[at] !== char);
      expect(parseLine(line.slice(0, at) + char + line.slice(at + 1))).toBeNull();
    }));
    appendFileSync(join(root, 'x'), '');
    for (const text of ['', ' ', 'x', '{}', line.slice(1)]) expect(parseLine(text)).toBeNull();
  });

  it('says where a cache cannot be: a file in its place', () => {
    writeFileSync(join(root, 'runs'), 'a file');
    expect(() => new RunStore(root).append(CELL, run(1))).toThrow(/CFSLAB_CACHE: expected a directory/);
  });
});
