import { HEADER_BYTES, INPUT_BYTES, MAX_LAYERS, MAX_PAGE_BYTES, MAX_WIDTH } from '../../libml/index.js';
import { FEATURES } from '../../policies/features.js';
import { featureNumber, featureTableHash } from '../page/feature-table.js';
import {
  DRIFT, FEATURES_HASH_BYTES, FORMAT_CODES, GUARD_BYTES, Kind, MAGIC, MAX_INPUTS, PARAMETER_COUNT, PARAMETERS, REFUSALS, ROLES, RULES, SCALING_CODES,
  VERSION,
} from '../page/layout.js';
import type { Shape } from './shape.js';
import { shapesHeaderLines } from './shapes-header.js';

/*
 * The generated headers of the kernel's C. Everything that TypeScript and C must agree on is in them and nowhere else in C.
 */

/** A header with its guard. */
function header(name: string, lines: readonly string[]): string {
  const guard = `CFSLAB_POLICY_${name}_H`;
  return ['/* SPDX-License-Identifier: GPL-2.0 */', `#ifndef ${guard}`, `#define ${guard}`, '', ...lines, '', '#endif', ''].join('\n');
}

function defines(names: Readonly<Record<string, number>>): string[] {
  return Object.entries(names).map(([name, value]) => `#define CFSLAB_${macro(name)} ${value}`);
}

/** `minDeltaNs`, `early-migration` → `MIN_DELTA_NS`, `EARLY_MIGRATION`. */
function macro(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1_$2').replaceAll('-', '_').toUpperCase();
}

function prefixed(prefix: string, names: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** `layout.h`: the numbers of a page, and why one is refused. */
export function layoutHeader(): string {
  const texts = Object.entries(REFUSALS).map(([name, [errno, , text]]) => `\tX(${name}, ${errno}, "${text}")`);
  return header('LAYOUT', [
    `#define CFSLAB_MAGIC 0x${MAGIC.toString(16)}u`,
    ...defines({ VERSION, HEADER_BYTES, INPUT_BYTES, MAX_PAGE_BYTES, MAX_INPUTS, MAX_LAYERS, MAX_WIDTH, GUARD_BYTES }),
    ...defines(prefixed('DRIFT_', DRIFT)),
    '',
    ...defines({ NETWORK: Kind.NETWORK, RULE: Kind.RULE }),
    ...defines(FORMAT_CODES),
    ...defines(SCALING_CODES),
    ...defines(ROLES),
    ...defines({ ...prefixed('RULE_', RULES), RULE_COUNT: Object.keys(RULES).length }),
    ...defines({ ...PARAMETERS, PARAMETERS: PARAMETER_COUNT }),
    '',
    '/* Name, errno and line in the log, in the order in which a page is looked at. */',
    '#define CFSLAB_REFUSALS(X) \\',
    `${['\tX(ACCEPTED, 0, "it was accepted")', ...texts].join(' \\\n')}`,
    '',
    '#define CFSLAB_REFUSAL_NAME(name, error, text) CFSLAB_##name,',
    'enum cfslab_refusal { CFSLAB_REFUSALS(CFSLAB_REFUSAL_NAME) };',
  ]);
}

/** An s64 constant. */
function literal(value: number): string {
  return value < 0 ? `(-${-value}LL)` : `${value}LL`;
}

/**
 * `features.h`: the feature table. `CFSLAB_FEATURES(X)` gives X(number, name, min, max, value) for each; only who has `p`,
 * `env` and `tsk_cache_hot` in scope may take the value.
 */
export function featuresHeader(): string {
  const hash = Buffer.from(featureTableHash(), 'hex').subarray(0, FEATURES_HASH_BYTES);
  const rows = FEATURES.map(({ name, min, max, kernel }, i) => `\tX(${i}, ${name}, ${literal(min)}, ${literal(max)}, ${kernel})`);
  return header('FEATURES', [
    '#include "types.h"',
    '',
    `/* Of the table's hash ${featureTableHash()}. */`,
    `#define CFSLAB_FEATURES_HASH ${[...hash].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')}`,
    `#define CFSLAB_FEATURE_COUNT ${FEATURES.length}`,
    '',
    '#define CFSLAB_FEATURES(X) \\',
    rows.join(' \\\n'),
    '',
    ...placesLines(),
    '',
    '/* What a model may clamp a feature to. */',
    'struct cfslab_feature_range {',
    '\ts64 min;',
    '\ts64 max;',
    '};',
    'extern const struct cfslab_feature_range cfslab_features[CFSLAB_FEATURE_COUNT];',
  ]);
}

/** What a feature's expression starts from, and its type. */
const BASES = {
  p: ['TASK', 'struct task_struct'],
  env: ['ENV', 'struct lb_env'],
  'env->sd': ['DOMAIN', 'struct sched_domain'],
  'env->src_rq': ['SOURCE', 'struct rq'],
  'env->dst_rq': ['DESTINATION', 'struct rq'],
} as const;

/**
 * Of `features.h`: which features are a field and no more, so that loops read them without asking which feature it is; and those
 * that say whether the field env->idle has its least or its greatest value.
 */
function placesLines(): string[] {
  const fields = FEATURES.flatMap(({ kernel }, i) => {
    const [, base, member] = /^(?:\(s64\))?(p|env(?:->(?:sd|src_rq|dst_rq))?)->([a-z_]+(?:\.[a-z_]+)*)$/.exec(kernel) ?? [];
    const [name, type] = BASES[base as keyof typeof BASES] ?? [];
    return name === undefined ? [] : [`\tX(${i}, ${name}, ${type}, ${member})`];
  });
  const idle = (value: string): number => FEATURES.findIndex(({ kernel }) => kernel === `env->idle == ${value}`);
  return [
    '/* X(number, base, type of the base, member) */',
    '#define CFSLAB_FIELDS(X) \\',
    fields.join(' \\\n'),
    `#define CFSLAB_IF_IDLE ${idle('CPU_IDLE')}`,
    `#define CFSLAB_IF_NEWLY_IDLE ${idle('CPU_NEWLY_IDLE')}`,
    `#define CFSLAB_IF_HOT ${featureNumber('hot')!}`,
    `#define CFSLAB_IF_DELTA ${featureNumber('delta')!}`,
  ];
}

/** `builtin.h`: the page that is active from the start, and the one that takes over from it; nothing where there is none. */
export function builtinHeader(page: Uint8Array | null, standby: Uint8Array | null = null): string {
  if (page === null) return header('BUILTIN', ['/* No policy is built in. */']);
  return header('BUILTIN', [...bytesLines('BUILTIN', page), ...(standby === null ? [] : bytesLines('STANDBY', standby))]);
}

function bytesLines(name: string, page: Uint8Array): string[] {
  const lines: string[] = [];
  for (let i = 0; i < page.length; i += 16) lines.push(`\t${[...page.subarray(i, i + 16)].join(', ')}`);
  return [`#define CFSLAB_${name}_BYTES ${page.length}`, `#define CFSLAB_${name}_PAGE \\`, lines.join(', \\\n')];
}

/** `shapes.h` of these shapes. */
export function shapesHeader(shapes: readonly Shape[]): string {
  return header('SHAPES', ['#include "quick.h"', '', ...shapesHeaderLines(shapes)]);
}

/** `source.h`: the hash that the running kernel reports. */
export function sourceHeader(hash: string): string {
  return header('SOURCE', [`#define CFSLAB_SOURCE_HASH "${hash}"`]);
}
