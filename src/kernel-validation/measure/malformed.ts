import { Stream } from '../../sim/rng.js';

/** Where a page keeps its own checksum, which holds for the bytes behind it. */
const CHECKSUM_AT = 12;

/**
 * Pages that a kernel must refuse, made of a right one: cut short, made longer, with single bits and whole bytes changed, and
 * empty. None of them has a checksum that holds, but those whose change is before it.
 *
 * @param page a right one
 * @param seed of what is changed
 */
export function malformedPages(page: Uint8Array, count: number, seed: number): Map<string, Uint8Array> {
  const random = new Stream(seed, 'malformed pages');
  const pages = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    const [kind, bytes] = spoilt(page, i, random);
    pages.set(`${String(i).padStart(5, '0')}-${kind}`, bytes);
  }
  return pages;
}

function spoilt(page: Uint8Array, index: number, random: Stream): readonly [string, Uint8Array] {
  switch (index % 5) {
    case 0:
      // At least a byte: what is written with none is no write.
      return ['cut', page.slice(0, 1 + random.below(page.length - 1))];
    case 1:
      return ['longer', Buffer.concat([page, Buffer.alloc(1 + random.below(64))])];
    case 2:
      return ['bit', changed(page, random.below(page.length), 1 << random.below(8))];
    case 3:
      return ['checksum', changed(page, CHECKSUM_AT + random.below(4), 1 + random.below(255))];
    default:
      return ['noise', Buffer.from(page.map((byte) => (random.below(16) === 0 ? random.below(256) : byte ^ 0x55)))];
  }
}

function changed(page: Uint8Array, at: number, bits: number): Uint8Array {
  const out = page.slice();
  out[at] = out[at]! ^ bits;
  return out;
}
