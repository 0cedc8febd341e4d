import { describe, expect, it } from 'vitest';
import { StreamHash } from '../../../src/sim/engine/hash.js';
import { Arena } from '../../../src/sim/kernel/state/arena.js';
import { type Draw, repeat } from '../../reference/draw.js';

type Row = [kind: number, time: number, a: number, b: number, c: number];

function row(draw: Draw): Row {
  return [draw.below(16), draw.bits(53), draw.signed(31), draw.signed(31), draw.signed(31)];
}

function hash(rows: readonly Row[]): StreamHash {
  const out = new StreamHash(new Arena());
  for (const [kind, time, a, b, c] of rows) out.record(kind, time, a, b, c);
  return out;
}

/** One row changed in one field, by one bit or altogether. */
function changed(draw: Draw, from: Row): Row {
  const out: Row = [...from];
  const field = draw.below(5);
  if (field === 0) out[0] = (out[0] + 1 + draw.below(14)) % 16;
  else if (field === 1) out[1] = (out[1] + 2 ** draw.below(53)) % 2 ** 53;
  else out[field] = out[field]! ^ (1 << draw.below(31));
  return out;
}

describe('the stream hash', () => {
  it('changes with every changed, swapped, dropped or added record', () => {
    let swaps = 0;
    repeat(25_000, 191, (draw) => {
      const rows = Array.from({ length: 2 + draw.below(12) }, () => row(draw));
      const digest = hash(rows).digest();
      const at = draw.below(rows.length);
      const other = draw.below(rows.length - 1);
      const variants: Row[][] = [
        rows.map((r, i) => (i === at ? changed(draw, r) : r)),
        rows.filter((_, i) => i !== at),
        [...rows.slice(0, at), row(draw), ...rows.slice(at)],
        [...rows, rows[at]!],
      ];
      if (rows[other]!.join() !== rows[other + 1]!.join()) {
        swaps++;
        variants.push(rows.map((r, i) => (i === other ? rows[other + 1]! : i === other + 1 ? rows[other]! : r)));
      }
      if (hash(rows).digest() !== digest) throw new Error('the same records, another digest');
      variants.forEach((variant, i) => {
        if (hash(variant).digest() === digest) throw new Error(`variant ${i} of ${JSON.stringify(rows)}: same digest`);
      });
    });
    expect(swaps).toBeGreaterThan(24_000);
  });

  it('has no two equal digests among 100 000 records that are much alike', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 100_000; i++) seen.add(hash([[i & 7, 4_000_000 * (i >> 3), i, 0, -i]]).digest());
    expect(seen.size).toBe(100_000);
  });

  it('tells values of the two halves of a time apart', () => {
    const low = hash([[1, 5, 0, 0, 0]]).digest();
    const high = hash([[1, 5 * 2 ** 32, 0, 0, 0]]).digest();
    expect(low).not.toBe(high);
    expect(low).toMatch(/^[0-9a-f]{16}$/);
  });

  it('keeps the digest at every power of two, and at the end', () => {
    repeat(200, 192, (draw) => {
      const rows = Array.from({ length: draw.below(300) }, () => row(draw));
      const marks = hash(rows).checkpoints();
      const powers: number[] = [];
      for (let n = 1; n <= rows.length; n *= 2) powers.push(n);
      expect(marks.map(([n]) => n)).toEqual([...powers, rows.length]);
      for (const [n, digest] of marks) expect(digest).toBe(hash(rows.slice(0, n)).digest());
    });
  });

  it('brackets the first difference with its checkpoints', () => {
    repeat(500, 193, (draw) => {
      const rows = Array.from({ length: 1 + draw.below(200) }, () => row(draw));
      const at = draw.below(rows.length);
      const left = hash(rows).checkpoints();
      const right = hash(rows.map((r, i) => (i === at ? changed(draw, r) : r))).checkpoints();
      left.forEach(([n, digest], i) => {
        if ((digest === right[i]![1]) !== n <= at) throw new Error(`checkpoint ${n}, difference at record ${at}`);
      });
    });
  });

  it('keeps checkpoints of more than 2^32 records apart', () => {
    const arena = new Arena();
    const stream = new StreamHash(arena);
    // The second column counts: records so far, and the number at which the next checkpoint is due.
    const saved = arena.save();
    new Float64Array(saved, 8, 2).set([2 ** 32 - 1, 2 ** 32]);
    arena.load(saved);
    stream.record(1, 2, 3, 4, 5);
    const marks = stream.checkpoints();
    expect(marks[32]).toEqual([2 ** 32, stream.digest()]);
    expect(marks[31]![1]).not.toBe(stream.digest());
  });
});
