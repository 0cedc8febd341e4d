import { createHash } from 'node:crypto';
import { InputError } from '../../input/error.js';
import {
  BIAS_BYTES, HEADER_BYTES, INPUT_BYTES, layerBytes, MAX_LAYERS, MAX_PAGE_BYTES, MAX_WIDTH, prove, weightBytes,
  type IntegerProgram, type Model,
} from '../../libml/index.js';
import { crc32 } from './crc32.js';
import { featureNumber, featureTableHash } from './feature-table.js';
import {
  FEATURES_HASH_BYTES, FORMAT_CODES, GUARD_AT, GUARD_BYTES, Kind, MAGIC, MAX_INPUTS, PARAMETER_COUNT, PARAMETERS, RULES, SCALING_CODES, VERSION,
  type RuleName,
} from './layout.js';

/** What a policy with a model keeps to beside the model's word, as the parameters of the same names in src/policies/neural. */
export interface Guard {
  /** ns after an early move in which no other is made from the same CPU; 0: none. Of task 2 only. */
  readonly refractoryNs: number;
  /** ‰ of balanced accuracy below which the policy falls back to stock; 0: never. */
  readonly driftFloor: number;
  /** Outcomes of a class after which its counts are halved; 0 where there is no floor. */
  readonly driftWindow: number;
  /** ns after which this network takes over from the one that is active; null: it is active at once. */
  readonly swapAtNs: number | null;
}

/** What a network's page holds. */
export interface NetworkPage {
  readonly kind: 'network';
  readonly task: 1 | 2 | 3;
  /** sha256 of the model, in hexadecimal. */
  readonly hash: string;
  /** Its `logitUnit` is not in a page: it decides nothing. */
  readonly program: IntegerProgram;
  /** Null where it has none of that. */
  readonly guard: Guard | null;
}

/** What a rule's page holds. */
export interface RulePage {
  readonly kind: 'rule';
  readonly rule: RuleName;
  readonly hash: string;
  readonly parameters: Readonly<Record<keyof typeof PARAMETERS, number>>;
}

/** The page's content of a model: the program that decides. */
export function pageOfModel(
  { task, hash, programs, quantisation }: Model,
  program: IntegerProgram = programs[quantisation]!,
  guard: Guard | null = null,
): NetworkPage {
  return { kind: 'network', task, hash, program, guard: guard === null || isIdle(guard) ? null : guard };
}

/** Whether a guard does nothing. */
function isIdle({ refractoryNs, driftFloor, swapAtNs }: Guard): boolean {
  return refractoryNs === 0 && driftFloor === 0 && swapAtNs === null;
}

/** The page's content of a policy without a model. */
export function pageOfRule(rule: RuleName, parameters: Partial<RulePage['parameters']> = {}): RulePage {
  const all = { attempts: parameters.attempts ?? 0, minDeltaNs: parameters.minDeltaNs ?? 0, lookahead: parameters.lookahead ?? 0 };
  const hash = createHash('sha256').update(JSON.stringify([rule, all.attempts, all.minDeltaNs, all.lookahead])).digest('hex');
  return { kind: 'rule', rule, hash, parameters: all };
}

/** Where the header's fields stand. */
export const AT = {
  magic: 0, version: 4, kind: 6, bytes: 8, checksum: 12, features: 16, threshold: 24, hash: 32, task: 64, format: 65,
  accumulatorBits: 66, inputs: 67, layers: 68, guarded: 69, reserved: 70, units: 72,
} as const;

/**
 * The bytes that are pushed into a kernel.
 *
 * @param where what is named in the error
 * @throws InputError where the program cannot be proven, has a feature that the table has not, or does not fit in a page
 */
export function writePage(content: NetworkPage | RulePage, where = 'model'): Uint8Array {
  return content.kind === 'network' ? writeNetwork(content, where) : writeRule(content);
}

function writeNetwork({ task, hash, program, guard }: NetworkPage, where: string): Uint8Array {
  prove(program, where);
  const { format, accumulatorBits, inputs, layers, threshold } = program;
  const sizes = [inputs.length, ...layers.map(({ biases }) => biases.length)];
  const ends = HEADER_BYTES + inputs.length * INPUT_BYTES + (guard === null ? 0 : GUARD_BYTES);
  const length = sizes.slice(1).reduce((sum, outputs, l) => sum + layerBytes(sizes[l]!, outputs, format), ends);
  if (length > MAX_PAGE_BYTES || layers.length > MAX_LAYERS || Math.max(...sizes) > MAX_WIDTH || inputs.length > MAX_INPUTS) {
    throw new InputError(where, 'sizes', `at most ${MAX_INPUTS} inputs and one page, ${MAX_PAGE_BYTES} bytes`, `${sizes.join('-')}: ${length} bytes`);
  }
  const page = startPage(Kind.NETWORK, length, hash);
  page.setBigInt64(AT.threshold, BigInt(threshold), true);
  [task, FORMAT_CODES[format], accumulatorBits, inputs.length, layers.length].forEach((value, i) => page.setUint8(AT.task + i, value));
  sizes.slice(1).forEach((units, l) => page.setUint16(AT.units + 2 * l, units, true));
  let at = HEADER_BYTES;
  for (const { name, scaling: s } of inputs) {
    const feature = featureNumber(name);
    if (feature === undefined) throw new InputError(where, 'inputs', 'features of the table', name);
    [s.lo, s.hi, s.base, s.add].forEach((value, i) => page.setBigInt64(at + 8 * i, BigInt(value), true));
    page.setInt32(at + 32, s.multiplier, true);
    [s.preShift, s.shift, SCALING_CODES[s.kind], feature].forEach((value, i) => page.setUint8(at + 36 + i, value));
    at += INPUT_BYTES;
  }
  layers.forEach(({ biases, weights, shifts }, l) => {
    biases.forEach((bias, j) => page.setBigInt64(at + j * BIAS_BYTES, BigInt(bias), true));
    let next = at + biases.length * BIAS_BYTES;
    for (const weight of weights.flat()) {
      if (format === 'int8') page.setInt8(next, weight);
      else page.setInt32(next, weight, true);
      next += weightBytes(format);
    }
    shifts.forEach((shift, j) => page.setUint8(next + j, shift));
    at += layerBytes(sizes[l]!, sizes[l + 1]!, format);
  });
  if (guard !== null) writeGuard(page, at, guard);
  return sealed(page);
}

function writeGuard(page: DataView, at: number, { refractoryNs, driftFloor, driftWindow, swapAtNs }: Guard): void {
  page.setUint8(AT.guarded, 1);
  page.setBigInt64(at + GUARD_AT.refractoryNs, BigInt(refractoryNs), true);
  page.setBigInt64(at + GUARD_AT.swapAtNs, BigInt(swapAtNs ?? 0), true);
  page.setInt32(at + GUARD_AT.driftWindow, driftFloor === 0 ? 0 : driftWindow, true);
  page.setInt16(at + GUARD_AT.driftFloor, driftFloor, true);
  page.setUint8(at + GUARD_AT.standsBy, swapAtNs === null ? 0 : 1);
}

function writeRule({ rule, hash, parameters }: RulePage): Uint8Array {
  const page = startPage(Kind.RULE, HEADER_BYTES + 8 * PARAMETER_COUNT, hash);
  page.setUint8(AT.task, RULES[rule]);
  for (const name of Object.keys(PARAMETERS) as (keyof typeof PARAMETERS)[]) {
    page.setBigInt64(HEADER_BYTES + 8 * PARAMETERS[name], BigInt(parameters[name]), true);
  }
  return sealed(page);
}

function startPage(kind: number, length: number, hash: string): DataView {
  const bytes = new Uint8Array(length);
  const page = new DataView(bytes.buffer);
  page.setUint32(AT.magic, MAGIC, true);
  page.setUint16(AT.version, VERSION, true);
  page.setUint16(AT.kind, kind, true);
  page.setUint32(AT.bytes, length, true);
  bytes.set(Buffer.from(featureTableHash(), 'hex').subarray(0, FEATURES_HASH_BYTES), AT.features);
  bytes.set(Buffer.from(hash, 'hex'), AT.hash);
  return page;
}

/** The page with its checksum, which is computed over a 0 in its place. */
function sealed(page: DataView): Uint8Array {
  const bytes = new Uint8Array(page.buffer);
  page.setUint32(AT.checksum, 0, true);
  page.setUint32(AT.checksum, crc32(bytes), true);
  return bytes;
}
