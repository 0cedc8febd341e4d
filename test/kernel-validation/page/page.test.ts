import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/input/package-root.js';
import { malformedPages } from '../../../src/kernel-validation/measure/malformed.js';
import { crc32 } from '../../../src/kernel-validation/page/crc32.js';
import { modelPage, pageOfRule, readPage, RefusedPage, REFUSALS, writePage, type Refusal } from '../../../src/kernel-validation/page/index.js';
import { GUARD_AT, GUARD_BYTES } from '../../../src/kernel-validation/page/layout.js';
import { AT } from '../../../src/kernel-validation/page/write-page.js';
import { Interpreter } from '../../../src/libml/interpreter.js';
import { HEADER_BYTES, INPUT_BYTES, pageBytes } from '../../../src/libml/page.js';
import { FORMATS } from '../../../src/libml/program.js';
import { modelNames, namedModel } from '../../../src/policies/models.js';
import { Stream } from '../../../src/sim/engine/rng.js';
import { GCC_IS_LACKING } from '../../support/compiled-programs.js';
import { somePage } from '../../support/feature-networks.js';
import { askPolicy, compilePolicy, type Ask } from '../../support/kernel-policy.js';
import { drawRaw } from '../../support/networks.js';

let folder: string;
let driver = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-page-'));
  if (!GCC_IS_LACKING) driver = compilePolicy(folder, ['-O1', '-fsanitize=undefined,address', '-fno-sanitize-recover=all']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHAPES = [[7, 10, 1], [10, 16, 1], [3, 1], [4, 6, 5, 1], [1, 1, 1]];
const RIGHT = [
  ...SHAPES.flatMap((shape, seed) => FORMATS.map((format) => writePage(somePage(shape, format, seed + 1)))),
  writePage(somePage([5, 4, 1], 'q16', 9, 2, { refractoryNs: 1e6, driftFloor: 700, driftWindow: 512, swapAtNs: 1e9 })),
  writePage(somePage([5, 4, 1], 'int8', 9, 3, { refractoryNs: 0, driftFloor: 500, driftWindow: 64, swapAtNs: null })),
  writePage(pageOfRule('early-migration', { attempts: 2, minDeltaNs: 1e9, lookahead: 1 })),
  writePage(pageOfRule('cold-only')),
];

/** Why the reader refuses a page, or that it does not. */
function verdict(page: Uint8Array): 'ACCEPTED' | Refusal {
  try {
    readPage(page, 'p');
    return 'ACCEPTED';
  } catch (error) {
    if (error instanceof RefusedPage) return error.refusal;
    throw error;
  }
}

/** The page with fields changed and a checksum that holds. */
function changed(page: Uint8Array, change: (fields: DataView) => void): Uint8Array {
  const bytes = Uint8Array.from(page);
  const fields = new DataView(bytes.buffer);
  change(fields);
  fields.setUint32(AT.checksum, 0, true);
  fields.setUint32(AT.checksum, crc32(bytes), true);
  return bytes;
}

/** What the reader and the kernel's check say of pages; the two must be the same. */
function verdicts(pages: readonly Uint8Array[]): Array<'ACCEPTED' | Refusal> {
  const ours = pages.map(verdict);
  if (!GCC_IS_LACKING) expect(askPolicy(driver, pages.map((page) => ({ page }))).refusals).toEqual(ours);
  return ours;
}

describe('the page', () => {
  it('comes back as it was, of the length that the size model has', () => {
    const shape = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }));
    fc.assert(
      fc.property(shape, fc.constantFrom(...FORMATS), fc.integer({ min: 1, max: 2 ** 31 }), fc.constantFrom(1, 2, 3), ([inputs, hidden], format, seed, task) => {
        const content = somePage([inputs, ...hidden, 1], format, seed, task as 1 | 2 | 3);
        const page = writePage(content);
        expect(page.length).toBe(pageBytes([inputs, ...hidden, 1], format));
        expect(readPage(page, 'p')).toEqual({ ...content, program: { ...content.program, logitUnit: 1 } });
      }),
      { numRuns: 60 },
    );
    const rule = pageOfRule('early-migration', { attempts: 3, minDeltaNs: 5_000_000, lookahead: 2 });
    expect(readPage(writePage(rule), 'p')).toEqual(rule);
  });

  it('has a checksum as zlib’s', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => crc32(bytes) === zlibCrc32(bytes)));
  });

  it('of every shipped model is one that a kernel takes', () => {
    expect(verdicts(modelNames().map((name) => modelPage(namedModel(name, 'test').model)))).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
  });

  it('each reason has an errno and a sentence of its own, which the README of kernel-validation has too', () => {
    const readme = readFileSync(join(packageRoot(), 'kernel-validation', 'README.md'), 'utf8');
    for (const [errno, , text] of Object.values(REFUSALS)) expect(readme).toContain(`| ${errno} | ${text} |`);
    for (const part of [0, 1, 2]) {
      const all = Object.values(REFUSALS).map((row) => row[part as 0 | 1 | 2]);
      expect(new Set(all).size).toBe(all.length);
    }
  });
});

describe('the check, in TypeScript and in the kernel’s C (compiled where there is gcc)', () => {
  const page = RIGHT[0]!;
  const input = HEADER_BYTES;
  const layer = HEADER_BYTES + 7 * INPUT_BYTES;
  const cases: ReadonlyArray<readonly [Refusal, (fields: DataView) => void]> = [
    ['WRONG_MAGIC', (f) => f.setUint32(AT.magic, 0x46534643, true)],
    ['WRONG_VERSION', (f) => f.setUint16(AT.version, 1, true)],
    ['LENGTH', (f) => f.setUint32(AT.bytes, 4096, true)],
    ['OTHER_FEATURES', (f) => f.setUint8(AT.features + 7, f.getUint8(AT.features + 7) ^ 1)],
    ['RESERVED', (f) => f.setUint8(AT.reserved + 1, 1)],
    ['KIND', (f) => f.setUint16(AT.kind, 3, true)],
    ['FORMAT', (f) => f.setUint8(AT.format, 4)],
    ['FORMAT', (f) => f.setUint8(AT.accumulatorBits, 32)],
    ['TASK', (f) => f.setUint8(AT.task, 0)],
    ['SIZES', (f) => f.setUint8(AT.inputs, 0)],
    ['SIZES', (f) => f.setUint8(AT.inputs, 33)],
    ['SIZES', (f) => f.setUint8(AT.layers, 9)],
    ['SIZES', (f) => f.setUint16(AT.units, 129, true)],
    ['SIZES', (f) => f.setUint16(AT.units + 4, 1, true)],
    ['SIZES', (f) => f.setUint16(AT.units + 2, 2, true)],
    ['LENGTH', (f) => f.setUint16(AT.units, 11, true)],
    ['NUMBERS', (f) => f.setBigInt64(AT.threshold, 2n ** 53n, true)],
    ['NUMBERS', (f) => f.setBigInt64(layer, -(2n ** 53n), true)],
    ['UNKNOWN_FEATURE', (f) => f.setUint8(input + 39, 46)],
    ['REPEATED_FEATURE', (f) => f.setUint8(input + INPUT_BYTES + 39, f.getUint8(input + 39))],
    ['SCALING', (f) => f.setUint8(input + 38, 2)],
    ['SCALING', (f) => f.setBigInt64(input, f.getBigInt64(input + 8, true), true)],
    ['SCALING', (f) => f.setBigInt64(input + 8, 2n ** 53n, true)],
    ['SCALING', (f) => f.setInt32(input + 32, 0, true)],
    ['SCALING', (f) => f.setBigInt64(input + 24, 2n ** 63n - 1n, true)],
    ['SHIFTS', (f) => f.setUint8(input + 36, 64)],
    ['SHIFTS', (f) => f.setUint8(layer + 10 * (8 + 7 * 4), 32)],
    ['OVERFLOW', (f) => f.setBigInt64(input + 16, 1n - 2n ** 53n, true)],
    ['OVERFLOW', (f) => f.setBigInt64(layer, 2n ** 53n - 1n, true)],
  ];

  it('says what is wrong', () => {
    const found = verdicts(cases.map(([, change]) => changed(page, change)));
    expect(found).toEqual(cases.map(([refusal]) => refusal));
    expect(verdict(page.with(AT.checksum, page[AT.checksum]! ^ 1))).toBe('CHECKSUM');
    // Behind a layer of int8 there are bytes to align the next.
    const padded = writePage(somePage([3, 1], 'int8', 1));
    expect(verdicts([changed(padded, (f) => f.setUint8(padded.length - 1, 1))])).toEqual(['RESERVED']);
    const rule = RIGHT.at(-1)!;
    const ofRule = [
      changed(rule, (f) => f.setUint8(AT.task, 6)), changed(rule, (f) => f.setBigInt64(HEADER_BYTES, -1n, true)), changed(rule, (f) => f.setUint8(AT.format, 1)),
      changed(rule, (f) => f.setUint8(AT.layers, 1)), changed(rule, (f) => f.setBigInt64(AT.threshold, 1n, true)),
    ];
    expect(verdicts(ofRule)).toEqual(['TASK', 'NUMBERS', 'FORMAT', 'SIZES', 'NUMBERS']);
  });

  it('of a guard, too', () => {
    const guarded = writePage(somePage([3, 2, 1], 'q16', 1, 2, { refractoryNs: 5, driftFloor: 600, driftWindow: 512, swapAtNs: 9 }));
    const at = guarded.length - GUARD_BYTES;
    const wrong: ReadonlyArray<readonly [Refusal, (fields: DataView) => void]> = [
      ['RESERVED', (f) => f.setUint8(AT.guarded, 2)],
      ['LENGTH', (f) => f.setUint8(AT.guarded, 0)],
      ['RESERVED', (f) => f.setUint8(at + GUARD_AT.reserved, 1)],
      ['RESERVED', (f) => f.setUint8(at + GUARD_AT.standsBy, 2)],
      ['NUMBERS', (f) => f.setBigInt64(at + GUARD_AT.refractoryNs, -1n, true)],
      ['NUMBERS', (f) => f.setBigInt64(at + GUARD_AT.swapAtNs, 2n ** 53n, true)],
      ['NUMBERS', (f) => f.setInt16(at + GUARD_AT.driftFloor, 1001, true)],
      ['NUMBERS', (f) => f.setInt16(at + GUARD_AT.driftFloor, 0, true)],
      ['NUMBERS', (f) => f.setInt32(at + GUARD_AT.driftWindow, 63, true)],
      // Who takes over at once need not stand by, and who decides takes over from nobody.
      ['NUMBERS', (f) => f.setUint8(at + GUARD_AT.standsBy, 0)],
      // A rest is for moves that are early.
      ['NUMBERS', (f) => f.setUint8(AT.task, 3)],
      ['NUMBERS', (f) => new Uint8Array(f.buffer, f.byteOffset + at, GUARD_BYTES).fill(0)],
    ];
    expect(verdicts(wrong.map(([, change]) => changed(guarded, change)))).toEqual(wrong.map(([refusal]) => refusal));
    expect(verdicts([changed(RIGHT.at(-1)!, (f) => f.setUint8(AT.guarded, 1))])).toEqual(['RESERVED']);
  });

  it('refuses every malformed page of 1000, and every length but the right one', () => {
    // Of networks so large that the heaviest weights overflow, and of rules.
    const rights = [...RIGHT.slice(0, 6), ...RIGHT.slice(-2)];
    const malformed = rights.flatMap((right, i) => [...malformedPages(right, 130, i + 1).values()]);
    expect(malformed.length).toBeGreaterThan(1000);
    expect(verdicts(malformed)).not.toContain('ACCEPTED');
    const cut = Array.from({ length: page.length }, (_, length) => page.subarray(0, length));
    expect(new Set(verdicts([...cut, new Uint8Array(4097), new Uint8Array(10_000)]))).toEqual(new Set(['LENGTH']));
  });

  it('agree on fuzzed pages whose checksum holds, and what is accepted computes what TypeScript does, without overflow', () => {
    const stream = new Stream(1, 'fuzz');
    const fuzzed = Array.from({ length: 6000 }, () => {
      const right = RIGHT[stream.below(RIGHT.length)]!;
      return changed(right, (fields) => {
        for (let n = 1 + stream.below(3); n > 0; n--) spoil(fields, stream);
      });
    });
    const found = verdicts(fuzzed);
    const accepted = fuzzed.filter((_, i) => found[i] === 'ACCEPTED');
    expect(accepted.length).toBeGreaterThan(300);
    for (const refusal of ['RESERVED', 'OVERFLOW', 'SCALING', 'NUMBERS', 'SHIFTS', 'SIZES'] as const) expect(found).toContain(refusal);
    if (GCC_IS_LACKING) return;
    const asks: Ask[] = [];
    const expected: number[] = [];
    for (const one of accepted) {
      asks.push({ page: one });
      const content = readPage(one, 'p');
      if (content.kind === 'rule') continue;
      const { program } = content;
      const interpreter = new Interpreter(program);
      const rows = new Float64Array(8 * program.inputs.length);
      for (let row = 0; row < 8; row++) drawRaw(stream, program.inputs, rows.subarray(row * program.inputs.length, (row + 1) * program.inputs.length));
      asks.push({ rows: BigInt64Array.from(rows, BigInt), width: program.inputs.length });
      for (let row = 0; row < 8; row++) expected.push(interpreter.logit(rows.subarray(row * program.inputs.length, (row + 1) * program.inputs.length)));
    }
    const { logits } = askPolicy(driver, asks);
    expect(logits.filter((logit, i) => Number(logit) !== expected[i]).length).toBe(0);
    expect(logits.length).toBe(expected.length);
  });
});

describe('a kernel without FIXED_POINT_ML', () => {
  it('takes rules, and refuses networks (compiled where there is gcc)', () => {
    if (GCC_IS_LACKING) return;
    const without = compilePolicy(folder, ['-O1', '-DCFSLAB_WITHOUT_NETWORKS']);
    const { refusals } = askPolicy(without, RIGHT.map((page) => ({ page })));
    expect(refusals).toEqual(RIGHT.map((page) => (readPage(page, 'p').kind === 'rule' ? 'ACCEPTED' : 'KIND')));
  });
});

/** Changes one field: a bit, a byte, or a number of any magnitude where numbers stand. */
function spoil(fields: DataView, stream: Stream): void {
  const at = stream.below(8) === 0 ? stream.below(fields.byteLength) : HEADER_BYTES + stream.below(fields.byteLength - HEADER_BYTES);
  const sign = stream.below(2) === 0 ? 1n : -1n;
  switch (stream.below(4)) {
    case 0:
      return fields.setUint8(at, fields.getUint8(at) ^ (1 << stream.below(8)));
    case 1:
      return fields.setUint8(at, stream.below(256));
    case 2:
      return fields.setInt32(Math.min(at - (at % 4), fields.byteLength - 4), Number(sign * (BigInt(stream.uint32()) >> BigInt(1 + stream.below(31)))), true);
    default:
      return fields.setBigInt64(Math.min(at - (at % 8), fields.byteLength - 8), sign * ((BigInt(stream.uint32()) << 24n) >> BigInt(stream.below(56))), true);
  }
}
