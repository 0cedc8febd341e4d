import { MIN_SEEN } from '../../policies/neural/drift.js';
import { POLICY_INPUTS } from '../../sim/records/records.js';

/*
 * The numbers of a page that its writer, its reader and the kernel's C agree on. The C takes them from `layout.h`, which is
 * made of this file; so do its refusals.
 */

/** "CFSM" in the order of the bytes. */
export const MAGIC = 0x4d534643;
/** Of the layout; a kernel takes its own only. */
export const VERSION = 2;

export const Kind = { NETWORK: 1, RULE: 2 } as const;

export const FORMAT_CODES = { q16: 1, s11: 2, int8: 3 } as const;
export const SCALING_CODES = { linear: 0, log2: 1 } as const;
/** The roles of src/policies/neural/roles.ts by the task of a model. */
export const ROLES = { IMITATE: 1, EARLY: 2, FORCED: 3 } as const;

/** The policies without a model that the kernel's C has, by the name that the simulator has for them. */
export const RULES = { stock: 1, 'early-migration': 2, always: 3, never: 4, 'cold-only': 5 } as const;
export type RuleName = keyof typeof RULES;

/** Parameters of a rule: s64 each. */
export const PARAMETERS = { attempts: 0, minDeltaNs: 1, lookahead: 2 } as const;
export const PARAMETER_COUNT = 3;

/** What a network's page may end with: limits that its policy sets itself, and whom it relieves (`Guard`). */
export const GUARD_BYTES = 24;
/** Where the fields of a guard stand in it. */
export const GUARD_AT = { refractoryNs: 0, swapAtNs: 8, driftWindow: 16, driftFloor: 20, standsBy: 22, reserved: 23 } as const;
/** Outcomes of a class that are needed, and that are the most, before its counts are halved; ‰ of accuracy that can be asked for. */
export const DRIFT = { MIN_SEEN, MIN_WINDOW: 2 * MIN_SEEN, MAX_WINDOW: 1_000_000, MAX_FLOOR: 1000 } as const;

/** Inputs that a model in a kernel can have: a record of its event has room for them. */
export const MAX_INPUTS = POLICY_INPUTS;
/** Bytes of the feature table's hash that a page carries. */
export const FEATURES_HASH_BYTES = 8;

/**
 * Why a page is refused, in the order in which it is looked at: errno of the write, its number in Linux, and the line in the log. Each
 * has an errno of its own, so that `kernel push` can say which it was.
 */
export const REFUSALS = {
  LENGTH: ['EMSGSIZE', 90, 'it is cut off, too long, or not of the length that its header says'],
  WRONG_MAGIC: ['ENOEXEC', 8, 'it is not a policy of cfslab'],
  WRONG_VERSION: ['EPROTONOSUPPORT', 93, 'its layout has another version'],
  CHECKSUM: ['EBADMSG', 74, 'its checksum is wrong'],
  OTHER_FEATURES: ['ESTALE', 116, 'it was made for another feature table'],
  RESERVED: ['EBADE', 52, 'bytes that must be zero are not'],
  KIND: ['ENOSYS', 38, 'this kernel does not have its kind of policy'],
  FORMAT: ['EPROTOTYPE', 91, 'its arithmetic is unknown'],
  TASK: ['EDOM', 33, 'its task is unknown'],
  SIZES: ['EINVAL', 22, 'its sizes are none that a model can have'],
  NUMBERS: ['E2BIG', 7, 'a bias, a threshold or a parameter is out of range'],
  UNKNOWN_FEATURE: ['ENOENT', 2, 'it asks for a feature that there is not'],
  REPEATED_FEATURE: ['EEXIST', 17, 'it asks for a feature twice'],
  SCALING: ['ERANGE', 34, 'the scaling of an input is out of range'],
  SHIFTS: ['ENOLCK', 37, 'a shift is out of range'],
  OVERFLOW: ['EOVERFLOW', 75, 'it is not proven that it never overflows'],
} as const satisfies Record<string, readonly [string, number, string]>;

export type Refusal = keyof typeof REFUSALS;
