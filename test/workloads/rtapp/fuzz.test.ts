import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/input/error.js';
import { checkWorkload } from '../../../src/workloads/check.js';
import { looksLikeRtApp, parseRtApp, readRtApp } from '../../../src/workloads/rtapp/index.js';

const EXAMPLES = 'examples/rtapp';
const files = readdirSync(EXAMPLES).filter((name) => name.endsWith('.json')).sort((x, y) => (x < y ? -1 : 1));
const texts = files.map((name) => readFileSync(`${EXAMPLES}/${name}`, 'utf8'));

/** A file that reads the capture laboratory's workload, word for word but for its formatting. */
const CAPTURED = `{ "global": { "duration": 1, "calibration": 10, "default_policy": "SCHED_OTHER", "pi_enabled": false },
  "tasks": {
   "heavy":  { "instance": 6, "loop": -1, "run": 12000, "timer": { "ref": "h", "period": 16000, "mode":"absolute" } },
   "bursty": { "instance": 4, "loop": -1,
     "p1": { "loop": 5, "run": 8000, "sleep": 1000 }, "p2": { "loop": 1, "sleep": 30000 } } } }`;

/** Reads, and lets only an InputError pass. */
function readable(text: string, cpus = 8): boolean {
  try {
    const { workload } = parseRtApp(text, 'file.json', cpus);
    checkWorkload(workload, cpus);
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^file\.json: .*expected .*found /s);
    return false;
  }
}

describe('rt-app: files', () => {
  it('reads the examples, and takes them for what they are', () => {
    expect(files).toEqual(['forks.json', 'periodic.json', 'pipeline.json']);
    for (const name of files) checkWorkload(readRtApp(`${EXAMPLES}/${name}`, 8).workload, 8);
    for (const text of texts) {
      expect(looksLikeRtApp(text)).toBe(true);
      expect(looksLikeRtApp(`/* a comment */ ${text}`)).toBe(true);
    }
    expect(looksLikeRtApp('{"tasks": {}, "machine": "x"}')).toBe(false);
    expect(looksLikeRtApp('{"tasks": []}')).toBe(false);
    expect(looksLikeRtApp('{')).toBe(false);
    expect(readable(CAPTURED)).toBe(true);
  });

  it('reads the same file to the same workload', () => {
    for (const text of texts) expect(parseRtApp(text, 'f', 8)).toEqual(parseRtApp(text, 'f', 8));
  });
});

const word = fc.constantFrom('a', 'b', 'm', 'unique', '/g');
const nothing = fc.constantFrom(null, '', {}, []);
const nonsense: fc.Arbitrary<unknown> = fc.oneof(fc.integer(), fc.double(), word, nothing, fc.array(fc.integer()));
const time = fc.integer({ min: 0, max: 9 });
const meeting = fc.record({ ref: word, mutex: word });
const kinds: readonly (readonly [string, fc.Arbitrary<unknown>])[] = [
  ...(['run', 'run1', 'sleep', 'sleep2', 'runtime'] as const).map((name) => [name, time] as const),
  ...(['lock', 'unlock', 'lock1', 'unlock1', 'signal', 'broad'] as const).map((name) => [name, word] as const),
  ...(['suspend', 'resume', 'barrier', 'fork', 'yield', 'taskgroup'] as const).map((name) => [name, word] as const),
  ['wait', meeting],
  ['sync', meeting],
  ['timer', fc.record({ ref: word, period: time, mode: fc.constantFrom('absolute', 'relative') })],
  ['loop', fc.integer({ min: -1, max: 3 })],
  ['cpus', fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 3 })],
  ['policy', fc.constantFrom('SCHED_OTHER', 'SCHED_BATCH', 'SCHED_IDLE', 'SCHED_RR')],
  ['priority', fc.integer({ min: -20, max: 20 })],
  ['instance', time],
  ['delay', time],
  ['mem', time],
  ['__proto__', nonsense],
];
const field = fc.oneof(
  { weight: 12, arbitrary: fc.oneof(...kinds.map(([name, value]) => fc.tuple(fc.constant(name), value))) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...kinds.map(([name]) => name)), nonsense) },
);
const events = fc.array(field, { maxLength: 5 }).map((fields) => Object.fromEntries(fields));
const rounds = fc.integer({ min: -1, max: 3 });
const phased = fc.record({ loop: rounds, phases: fc.dictionary(fc.constantFrom('p', 'q', '1'), events) });
const policy = fc.constantFrom('SCHED_OTHER', 'SCHED_IDLE');
const global = fc.record({ duration: rounds, default_policy: policy }, { requiredKeys: [] });
const file = fc.record({ global, tasks: fc.dictionary(word, fc.oneof(events, phased), { maxKeys: 3 }) });

describe('rt-app: whatever it is given, it reads or gives an InputError', () => {
  it('for files of known words', () => {
    let read = 0;
    fc.assert(
      fc.property(file, (object) => {
        if (readable(JSON.stringify(object))) read++;
      }),
      { numRuns: 1500 },
    );
    // What is generated must not be all nonsense.
    expect(read).toBeGreaterThan(20);
  });

  it('for any JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => void readable(text)));
    fc.assert(fc.property(fc.json(), (text) => void readable(`{"tasks": ${text}}`)));
    fc.assert(fc.property(fc.string(), (text) => void readable(text)));
  });

  it('for files cut off anywhere', () => {
    for (const text of [...texts, CAPTURED]) for (let end = 0; end < text.length; end += 3) readable(text.slice(0, end));
  });

  it('for files with parts changed, doubled, moved or left out', () => {
    const place = fc.nat({ max: 4000 });
    const sign = fc.constantFrom('"', '{', '}', ',', '-1', '1e99', '/*', '\u0000');
    const change = fc.oneof(
      fc.record({ at: place, length: fc.nat({ max: 30 }), put: fc.oneof(fc.string({ maxLength: 4 }), sign) }),
      fc.record({ at: place, length: fc.constant(0), from: place, take: fc.nat({ max: 60 }) }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts, CAPTURED), fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
        let changed = text;
        for (const { at, length, ...rest } of changes) {
          const put = 'put' in rest ? rest.put : changed.slice(rest.from, rest.from + rest.take);
          changed = changed.slice(0, at) + put + changed.slice(at + length);
        }
        readable(changed);
      }),
      { numRuns: 1500 },
    );
  });

  it('for numbers of all sizes in place of those of the examples', () => {
    const fraction = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), fc.oneof(fc.integer(), fraction), (text, which, number) => {
        const numbers = [...text.matchAll(/(?<=[ [])-?\d+/g)];
        const found = numbers[which % numbers.length]!;
        readable(text.slice(0, found.index) + String(number) + text.slice(found.index + found[0].length), 4);
      }),
      { numRuns: 600 },
    );
  });

  it('for large files, without hanging', () => {
    const many = (count: number, each: (i: number) => string): string => {
      return Array.from({ length: count }, (_, i) => each(i)).join(',');
    };
    readable(`{"tasks": {"a": {${many(60_000, (i) => `"timer${i}": {"ref": "t", "period": 1}`)}}}}`);
    readable(`{"tasks": {"a": {"instance": 4096, ${many(60_000, (i) => `"timer${i}": {"ref": "t", "period": 1}`)}}}}`);
    readable(`{"tasks": {"a": {"run": 1, ${many(80_000, (i) => `"lock${i}": "m${i}"`)}}}}`);
    const chain = many(30_000, (i) => `"t${i}": {"instance": ${i === 0 ? 1 : 0}, "loop": 1, "run": 1, "fork": "t${i + 1}"}`);
    readable(`{"tasks": {${chain}, "t30000": {"run": 1}}}`);
    const locked = (i: number): string => `"run": 1, "lock": "m${i}", "unlock": "m${i}"`;
    const phases = many(30_000, (i) => `"p${i}": {"loop": 2, "cpus": [${i % 8}], ${locked(i)}}`);
    readable(`{"tasks": {"a": {"phases": {${phases}}}}}`);
  });
});
