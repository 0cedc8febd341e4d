import {
  BIAS_BYTES, HEADER_BYTES, INPUT_BYTES, layerBytes, MAX_LAYERS, MAX_PAGE_BYTES, MAX_WIDTH, prove, weightBytes,
  type IntegerLayer, type IntegerProgram, type ModelInput, type ProgramFormat,
} from '../../libml/index.js';
import { InputError } from '../../input/error.js';
import { FEATURES } from '../../policies/features.js';
import { crc32 } from './crc32.js';
import { featureTableHash } from './feature-table.js';
import {
  DRIFT, FEATURES_HASH_BYTES, FORMAT_CODES, GUARD_AT, GUARD_BYTES, Kind, MAGIC, MAX_INPUTS, PARAMETER_COUNT, PARAMETERS, ROLES, RULES, SCALING_CODES,
  VERSION,
  type Refusal, type RuleName,
} from './layout.js';
import { RefusedPage } from './refusal.js';
import { AT, type Guard, type NetworkPage, type RulePage } from './write-page.js';

/*
 * The reader, which refuses what the kernel's check refuses (kernel-validation/kernel/policy/check.c), for the same reason: it
 * looks at the same things in the same order.
 */

const EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * What a page holds. The `logitUnit` of its program is 1: a page has none.
 *
 * @param file what is named in the error
 * @throws RefusedPage saying why a kernel of this feature table would not take it
 */
export function readPage(bytes: Uint8Array, file: string): NetworkPage | RulePage {
  const refuse = (refusal: Refusal): never => {
    throw new RefusedPage(file, refusal);
  };
  const need = (good: boolean, refusal: Refusal): void => {
    if (!good) refuse(refusal);
  };
  need(bytes.length >= HEADER_BYTES && bytes.length <= MAX_PAGE_BYTES, 'LENGTH');
  const page = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  need(page.getUint32(AT.magic, true) === MAGIC, 'WRONG_MAGIC');
  need(page.getUint16(AT.version, true) === VERSION, 'WRONG_VERSION');
  need(page.getUint32(AT.bytes, true) === bytes.length, 'LENGTH');
  need(page.getUint32(AT.checksum, true) === checksumOf(bytes), 'CHECKSUM');
  need(Buffer.from(bytes.subarray(AT.features, AT.features + FEATURES_HASH_BYTES)).toString('hex') === TABLE, 'OTHER_FEATURES');
  need(isZero(bytes.subarray(AT.reserved, AT.units)), 'RESERVED');
  const kind = page.getUint16(AT.kind, true);
  need(page.getUint8(AT.guarded) <= (kind === Kind.NETWORK ? 1 : 0), 'RESERVED');
  const hash = Buffer.from(bytes.subarray(AT.hash, AT.task)).toString('hex');
  if (kind === Kind.RULE) return readRule(page, hash, need);
  need(kind === Kind.NETWORK, 'KIND');
  return readNetwork(page, bytes, hash, need, file);
}

type Need = (good: boolean, refusal: Refusal) => void;

const TABLE = featureTableHash().slice(0, 2 * FEATURES_HASH_BYTES);

function checksumOf(bytes: Uint8Array): number {
  const copy = Uint8Array.from(bytes);
  copy.fill(0, AT.checksum, AT.checksum + 4);
  return crc32(copy);
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function isExact(value: bigint): boolean {
  return value >= -EXACT && value <= EXACT;
}

function nameOf<K extends string>(codes: Readonly<Record<K, number>>, code: number): K | undefined {
  return (Object.keys(codes) as K[]).find((name) => codes[name] === code);
}

function unitsOf(page: DataView): number[] {
  return Array.from({ length: MAX_LAYERS }, (_, l) => page.getUint16(AT.units + 2 * l, true));
}

function readRule(page: DataView, hash: string, need: Need): RulePage {
  need(page.getUint8(AT.format) === 0 && page.getUint8(AT.accumulatorBits) === 0, 'FORMAT');
  const rule = nameOf(RULES, page.getUint8(AT.task)) as RuleName;
  need(rule !== undefined, 'TASK');
  need(page.getUint8(AT.inputs) === 0 && page.getUint8(AT.layers) === 0 && unitsOf(page).every((units) => units === 0), 'SIZES');
  need(page.byteLength === HEADER_BYTES + 8 * PARAMETER_COUNT, 'LENGTH');
  need(page.getBigInt64(AT.threshold, true) === 0n, 'NUMBERS');
  const values = Array.from({ length: PARAMETER_COUNT }, (_, i) => page.getBigInt64(HEADER_BYTES + 8 * i, true));
  need(values.every((value) => value >= 0n && isExact(value)), 'NUMBERS');
  const of = (name: keyof typeof PARAMETERS): number => Number(values[PARAMETERS[name]]);
  return { kind: 'rule', rule, hash, parameters: { attempts: of('attempts'), minDeltaNs: of('minDeltaNs'), lookahead: of('lookahead') } };
}

function readNetwork(page: DataView, bytes: Uint8Array, hash: string, need: Need, file: string): NetworkPage {
  const format = nameOf(FORMAT_CODES, page.getUint8(AT.format)) as ProgramFormat;
  need(format !== undefined, 'FORMAT');
  const accumulatorBits = format === 'int8' ? 32 : 64;
  need(page.getUint8(AT.accumulatorBits) === accumulatorBits, 'FORMAT');
  const task = page.getUint8(AT.task);
  need(task >= 1 && task <= 3, 'TASK');
  const sizes = sizesOf(page, need);
  const isGuarded = page.getUint8(AT.guarded) === 1;
  const ends = HEADER_BYTES + sizes[0]! * INPUT_BYTES + (isGuarded ? GUARD_BYTES : 0);
  const length = sizes.slice(1).reduce((sum, outputs, l) => sum + layerBytes(sizes[l]!, outputs, format), ends);
  need(page.byteLength === length, 'LENGTH');
  const threshold = page.getBigInt64(AT.threshold, true);
  need(isExact(threshold), 'NUMBERS');
  const seen = new Set<number>();
  const inputs = Array.from({ length: sizes[0]! }, (_, i) => readInput(page, HEADER_BYTES + i * INPUT_BYTES, seen, need));
  let at = HEADER_BYTES + inputs.length * INPUT_BYTES;
  let isClean = true;
  const layers = sizes.slice(1).map((outputs, l) => {
    const count = sizes[l]!;
    const layer = readLayer(page, at, count, outputs, format, l === sizes.length - 2, need);
    const used = outputs * (BIAS_BYTES + count * weightBytes(format) + 1);
    isClean &&= isZero(bytes.subarray(at + used, at + layerBytes(count, outputs, format)));
    at += layerBytes(count, outputs, format);
    return layer;
  });
  need(isClean, 'RESERVED');
  const guard = isGuarded ? readGuard(page, at, task, need) : null;
  const program: IntegerProgram = { kind: 'network', format, accumulatorBits, inputs, layers, threshold: Number(threshold), logitUnit: 1 };
  try {
    prove(program, file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    need(false, 'OVERFLOW');
  }
  return { kind: 'network', task: task as 1 | 2 | 3, hash, program, guard };
}

function readGuard(page: DataView, at: number, task: number, need: Need): Guard {
  const [refractory, swapAt] = [page.getBigInt64(at + GUARD_AT.refractoryNs, true), page.getBigInt64(at + GUARD_AT.swapAtNs, true)];
  const [driftWindow, driftFloor] = [page.getInt32(at + GUARD_AT.driftWindow, true), page.getInt16(at + GUARD_AT.driftFloor, true)];
  const standsBy = page.getUint8(at + GUARD_AT.standsBy);
  need(page.getUint8(at + GUARD_AT.reserved) === 0 && standsBy <= 1, 'RESERVED');
  need(refractory >= 0n && isExact(refractory) && (refractory === 0n || task === ROLES.EARLY), 'NUMBERS');
  need(swapAt >= 0n && isExact(swapAt) && (swapAt === 0n || standsBy === 1), 'NUMBERS');
  need(driftFloor >= 0 && driftFloor <= DRIFT.MAX_FLOOR, 'NUMBERS');
  need(driftFloor === 0 ? driftWindow === 0 : driftWindow >= DRIFT.MIN_WINDOW && driftWindow <= DRIFT.MAX_WINDOW, 'NUMBERS');
  // A guard that does nothing is none.
  need(refractory > 0n || driftFloor > 0 || standsBy === 1, 'NUMBERS');
  return { refractoryNs: Number(refractory), driftFloor, driftWindow, swapAtNs: standsBy === 1 ? Number(swapAt) : null };
}

function sizesOf(page: DataView, need: Need): number[] {
  const [inputs, layers] = [page.getUint8(AT.inputs), page.getUint8(AT.layers)];
  need(inputs >= 1 && inputs <= MAX_INPUTS && layers >= 1 && layers <= MAX_LAYERS, 'SIZES');
  const units = unitsOf(page);
  need(units.every((count, l) => (l < layers ? count >= 1 && count <= MAX_WIDTH : count === 0)), 'SIZES');
  need(units[layers - 1] === 1, 'SIZES');
  return [inputs, ...units.slice(0, layers)];
}

function readInput(page: DataView, at: number, seen: Set<number>, need: Need): ModelInput {
  const feature = page.getUint8(at + 39);
  need(feature < FEATURES.length, 'UNKNOWN_FEATURE');
  need(!seen.has(feature), 'REPEATED_FEATURE');
  seen.add(feature);
  const { name, min, max } = FEATURES[feature]!;
  const kind = nameOf(SCALING_CODES, page.getUint8(at + 38))!;
  const [lo, hi, base, add] = [0, 8, 16, 24].map((offset) => page.getBigInt64(at + offset, true)) as [bigint, bigint, bigint, bigint];
  const multiplier = page.getInt32(at + 32, true);
  need(kind !== undefined && lo < hi && lo >= BigInt(min) && hi <= BigInt(max), 'SCALING');
  need(multiplier >= 1 && isExact(base) && isExact(add), 'SCALING');
  const [preShift, shift] = [page.getUint8(at + 36), page.getUint8(at + 37)];
  need(preShift <= 63 && shift <= 63, 'SHIFTS');
  return { name, scaling: { kind, lo: Number(lo), hi: Number(hi), base: Number(base), add: Number(add), multiplier, preShift, shift } };
}

function readLayer(page: DataView, at: number, count: number, outputs: number, format: ProgramFormat, isLast: boolean, need: Need): IntegerLayer {
  const each = Array.from({ length: outputs }, (_, j) => j);
  const weightsAt = at + outputs * BIAS_BYTES;
  const size = weightBytes(format);
  const shiftsAt = weightsAt + outputs * count * size;
  const biases = each.map((j) => page.getBigInt64(at + j * BIAS_BYTES, true));
  const shifts = each.map((j) => page.getUint8(shiftsAt + j));
  each.forEach((j) => {
    need(isExact(biases[j]!), 'NUMBERS');
    need(shifts[j]! <= (isLast ? 0 : 31), 'SHIFTS');
  });
  const weightAt = (place: number): number => (size === 1 ? page.getInt8(place) : page.getInt32(place, true));
  const weights = each.map((j) => Array.from({ length: count }, (_, i) => weightAt(weightsAt + (j * count + i) * size)));
  return { weights, biases: biases.map(Number), shifts };
}
