import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import { CODES } from '../../../src/bundle/tables/codes.js';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { replayL1 } from '../../../src/bundle/replay-l1.js';
import { inspect } from '../../../src/bundle/inspect.js';
import { InputError } from '../../../src/input/error.js';
import { TABLES, type TableName } from '../../../src/sim/records/records.js';
import { CAPTURES, CaptureCopy, traceLines } from '../capture-fixture.js';

/** A stretch of a real trace that holds every kind of event that the capture has. */
const LINES = [...traceLines('rtapp').slice(0, 220), ...traceLines('spin9').slice(2000, 2100),
  ...traceLines('threadpool-c8-mc5').slice(20_000, 20_100)];
const TEXT = Buffer.from(`${LINES.join('\n')}\n`, 'latin1');

let capture: CaptureCopy;
beforeAll(() => void (capture = new CaptureCopy('rtapp')));
afterAll(() => capture.remove());

/** Whatever the damage: an InputError, or contents that hold together. */
async function survives(read: () => Promise<BundleContents>): Promise<BundleContents | null> {
  try {
    const contents = await read();
    for (const name of Object.keys(TABLES) as TableName[]) {
      const { rows, columns } = contents.tables[name];
      const ts = columns['ts']!;
      for (const column of TABLES[name]) {
        const values = columns[column.name]!;
        expect(values.length).toBe(rows);
        const [low, high] = CODES[column.name] ?? [-Infinity, Infinity];
        expect(Array.from(values).every((value) => value >= low && value <= high)).toBe(true);
      }
      for (let row = 0; row < rows; row += 1) {
        expect(ts[row]! >= (row === 0 ? 0 : ts[row - 1]!) && ts[row]! <= contents.manifest.durationNs).toBe(true);
      }
    }
    replayL1(contents);
    inspect(contents);
    return contents;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

async function readDamaged(bytes: Uint8Array): Promise<BundleContents | null> {
  capture.writeTrace(bytes);
  return survives(() => readCapture(capture.dir));
}

describe('a damaged trace', () => {
  it('is whole to begin with', async () => {
    const contents = await readDamaged(TEXT);
    expect(contents!.tables.events.rows).toBeGreaterThan(100);
    expect(contents!.tables.decisions.rows).toBeGreaterThan(3);
    expect(contents!.manifest.notes.join('\n')).not.toContain('dropped');
  });

  it('cut at any byte loses no more than what is behind the cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: TEXT.length }), async (length) => {
        const contents = await readDamaged(TEXT.subarray(0, length));
        const lines = TEXT.subarray(0, length).toString('latin1').split('\n').slice(0, -1).filter((line) => /^ /.test(line));
        if (lines.length === 0) expect(contents).toBeNull();
        else expect(contents!.manifest.notes.some((note) => note.startsWith('dropped'))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('with lines swapped still holds together', async () => {
    const swap = fc.array(fc.tuple(fc.nat({ max: LINES.length - 1 }), fc.nat({ max: LINES.length - 1 })), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(swap, async (swaps) => {
        const lines = [...LINES];
        for (const [a, b] of swaps) [lines[a], lines[b]] = [lines[b]!, lines[a]!];
        const contents = await readDamaged(Buffer.from(`${lines.join('\n')}\n`, 'latin1'));
        expect(contents!.manifest.notes.some((note) => note.startsWith('dropped'))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('with any bytes changed, inserted or removed drops lines, and throws nothing but an InputError', async () => {
    const edit = fc.tuple(fc.nat({ max: TEXT.length - 1 }), fc.constantFrom('flip', 'insert', 'remove'),
      fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 60 }), async (edits) => {
        const bytes = [...TEXT];
        for (const [at, how, byte] of edits) {
          if (how === 'flip') bytes[at] = byte;
          else if (how === 'insert') bytes.splice(at, 0, byte);
          else bytes.splice(at, 1);
        }
        await readDamaged(Uint8Array.from(bytes));
      }),
      { numRuns: 100 },
    );
  });

  it('with absurd numbers drops the lines that hold them', async () => {
    const number = fc.constantFrom('', '-', '-1', '99999999999999999999', '18446744073709551615', '9007199254740993', '1e9',
      '0x7', 'NaN', '٣', '00000000000000000000007');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(), number), { minLength: 1, maxLength: 40 }), async (changes) => {
        const lines = [...LINES];
        for (const [line, which, value] of changes) {
          const at = line % lines.length;
          const numbers = [...lines[at]!.matchAll(/\d+/g)];
          const target = numbers[which % Math.max(numbers.length, 1)];
          if (target !== undefined) lines[at] = lines[at]!.slice(0, target.index) + value + lines[at]!.slice(target.index +
            target[0].length);
        }
        await readDamaged(Buffer.from(`${lines.join('\n')}\n`));
      }),
      { numRuns: 100 },
    );
  });

  it('packed, with any of its bytes changed or cut off, is read or refused', async () => {
    const packed = readFileSync(join(CAPTURES, 'spin9', 'trace.txt.gz')).subarray(0, 40_000);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: packed.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: packed.length }), async (at,
        byte, length) => {
        const bytes = Buffer.from(packed);
        bytes[at] = byte;
        await readDamaged(bytes.subarray(0, length));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a damaged small file', () => {
  const NAMES = ['manifest', 'sched_debugfs', 'schedstat.before', 'schedstat.after', 'sysctl', 'topology', 'uname',
    'trace_stats', 'uptime'] as const;

  it('is read or refused with an InputError', async () => {
    capture.writeTrace(LINES.slice(0, 20));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...NAMES), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 5 }),
        fc.nat(), async (name, flips, cut) => {
        const whole = readFileSync(capture.path(name));
        const bytes = Buffer.from(whole);
        for (const [at, byte] of flips) bytes[at % bytes.length] = byte;
        capture.write(name, bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % bytes.length : 0)));
        try {
          await survives(() => readCapture(capture.dir));
        } finally {
          capture.write(name, whole);
        }
      }),
      { numRuns: 200 },
    );
  });
});
