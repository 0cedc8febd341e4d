import { BIAS_BYTES, HEADER_BYTES, INPUT_BYTES, layerBytes, weightBytes, type ProgramFormat } from '../../libml/index.js';
import { Stream } from '../../sim/engine/rng.js';
import { crc32 } from '../page/crc32.js';
import { FEATURES_HASH_BYTES, FORMAT_CODES, Kind } from '../page/layout.js';
import { AT } from '../page/write-page.js';

/** One way of spoiling a page. */
type Spoil = (page: Uint8Array, random: Stream) => Uint8Array;

/** Those of the first part break the checksum or the length; those of the second have a checksum that holds. */
const KINDS: Readonly<Record<string, Spoil>> = {
  // At least a byte: what is written with none is no write.
  cut: (page, random) => page.slice(0, 1 + random.below(page.length - 1)),
  longer: (page, random) => Buffer.concat([page, Buffer.alloc(1 + random.below(64))]),
  bit: (page, random) => changed(page, random.below(page.length), 1 << random.below(8)),
  checksum: (page, random) => changed(page, AT.checksum + random.below(4), 1 + random.below(255)),
  noise: (page, random) => Buffer.from(page.map((byte) => (random.below(16) === 0 ? random.below(256) : byte ^ 0x55))),
  magic: (page, random) => sealed(changed(page, AT.magic + random.below(4), 1 + random.below(255))),
  version: (page, random) => sealed(changed(page, AT.version, 1 + random.below(255))),
  features: (page, random) => sealed(changed(page, AT.features + random.below(FEATURES_HASH_BYTES), 1 + random.below(255))),
  overflow: (page) => sealed(heavy(page)),
};

/**
 * Pages that a kernel must refuse, made of a right one: cut short, too long, with bits changed, with a wrong checksum; and with a
 * checksum that holds, of another layout, of another feature table, and of weights with which a sum may overflow.
 *
 * @param page a right one
 * @param seed of what is changed
 * @returns by name, `00007-features`
 */
export function malformedPages(page: Uint8Array, count: number, seed: number): Map<string, Uint8Array> {
  const random = new Stream(seed, 'malformed pages');
  // A rule has no weights.
  const kinds = Object.keys(KINDS).filter((kind) => kind !== 'overflow' || isNetwork(page));
  const pages = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    const kind = kinds[i % kinds.length]!;
    pages.set(`${String(i).padStart(5, '0')}-${kind}`, KINDS[kind]!(page, random));
  }
  return pages;
}

function isNetwork(page: Uint8Array): boolean {
  return view(page).getUint16(AT.kind, true) === Number(Kind.NETWORK);
}

function changed(page: Uint8Array, at: number, bits: number): Uint8Array {
  const out = page.slice();
  out[at] = out[at]! ^ bits;
  return out;
}

/** Every weight is the largest of its format, and no sum is shifted down; those of 32 bits also begin at the most that fits. */
function heavy(page: Uint8Array): Uint8Array {
  const out = page.slice();
  const fields = view(out);
  const format = (Object.keys(FORMAT_CODES) as ProgramFormat[]).find((name) => FORMAT_CODES[name] === fields.getUint8(AT.format))!;
  const [inputs, layers] = [fields.getUint8(AT.inputs), fields.getUint8(AT.layers)];
  let at = HEADER_BYTES + inputs * INPUT_BYTES;
  let before = inputs;
  for (let layer = 0; layer < layers; layer++) {
    const units = fields.getUint16(AT.units + 2 * layer, true);
    const weights = at + units * BIAS_BYTES;
    if (format === 'int8') for (let i = at; i < weights; i += BIAS_BYTES) fields.setBigInt64(i, 2n ** 31n - 1n, true);
    const shifts = weights + units * before * weightBytes(format);
    for (let i = weights; i < shifts; i += weightBytes(format)) {
      if (format === 'int8') fields.setInt8(i, 127);
      else fields.setInt32(i, 2 ** 31 - 1, true);
    }
    out.fill(0, shifts, shifts + units);
    at += layerBytes(before, units, format);
    before = units;
  }
  return out;
}

/** With a checksum that holds: it is computed over a 0 in its place. */
function sealed(page: Uint8Array): Uint8Array {
  const fields = view(page);
  fields.setUint32(AT.checksum, 0, true);
  fields.setUint32(AT.checksum, crc32(page), true);
  return page;
}

function view(page: Uint8Array): DataView {
  return new DataView(page.buffer, page.byteOffset, page.byteLength);
}
