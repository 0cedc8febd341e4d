import type { IntegerLayer, IntegerProgram } from './program.js';
import { prove } from './proof.js';
import type { InputScaling } from './scaling.js';

/** How the C source is made. */
export interface CSourceOptions {
  /** Prefix of every name. Default `cfslab`. */
  readonly prefix?: string;
}

/**
 * A program as C of its own, with constants folded: freestanding, integers only, no loop, no memory but `raw`.
 *
 *     int  PREFIX_infer(const s64 *raw)   1 where the output reaches the threshold
 *     s64  PREFIX_logit(const s64 *raw)   the output
 *
 * `raw` holds the counters in the order of the inputs, any s64. Where sums fit 32 bits, two units are summed in one register:
 * weights of unit a in the lower half, of unit b in the upper, so that one multiplication serves both; the lower sum is taken
 * off before the upper is read. What a right shift of a negative number gives is what gcc makes of it: it rounds towards −∞.
 *
 * @throws InputError as `prove` does: what could overflow is never written
 */
export function cSourceOf(program: IntegerProgram, { prefix = 'cfslab' }: CSourceOptions = {}): string {
  prove(program);
  const { inputs, layers, accumulatorBits, threshold } = program;
  const body: string[] = [];
  inputs.forEach(({ scaling }, i) => body.push(...inputLines(scaling, i, prefix)));
  let names = inputs.map((_, i) => `x${i}`);
  layers.forEach((layer, l) => {
    if (l === layers.length - 1) {
      body.push(`return ${sumOf(layer, 0, names)};`);
    } else {
      const units = accumulatorBits === 32 ? pairedUnits : wideUnits;
      body.push(...units(layer, l, names));
      names = layer.biases.map((_, j) => `h${l}_${j}`);
    }
  });
  const logs = inputs.map(({ scaling }) => scaling).filter(({ kind }) => kind === 'log2');
  const log2 = logs.length === 0 ? '' : log2Function(prefix, logs.some(isSigned));
  return `${HEAD}${log2}
s64 ${prefix}_logit(const s64 *raw)
{
${body.map((line) => `\t${line}`).join('\n')}
}

int ${prefix}_infer(const s64 *raw)
{
	return ${prefix}_logit(raw) >= ${literal(threshold)};
}
`;
}

/** Whether the logarithm may be asked for a negative number. */
function isSigned({ lo }: InputScaling): boolean {
  return lo < 0;
}

/** `log2Fixed` in C: for numbers of 0 and more, and for all. */
function log2Function(prefix: string, signed: boolean): string {
  const plain = `
static inline s64 ${prefix}_log2(s64 v)
{
	const u64 u = (u64)v + 1;
	const int zeros = __builtin_clzll(u);

	return (62 - zeros) * 65536LL + (s64)((u << zeros) >> 47);
}
`;
  if (!signed) return plain;
  return `${plain}
static inline s64 ${prefix}_signed_log2(s64 v)
{
	return v < 0 ? -${prefix}_log2(-v) : ${prefix}_log2(v);
}
`;
}

const HEAD = `/* Made from an integer program; not to be changed by hand. */
#ifdef __KERNEL__
#include <linux/types.h>
#else
typedef signed long long s64;
typedef unsigned long long u64;
typedef signed int s32;
#endif
`;

/** Each step as InputScaling defines it; what does nothing is left out. */
function inputLines(s: InputScaling, i: number, prefix: string): string[] {
  const clamped = `raw[${i}] < ${literal(s.lo)} ? ${literal(s.lo)} : raw[${i}] > ${literal(s.hi)} ? ${literal(s.hi)} : raw[${i}]`;
  const value = s.kind === 'log2' ? `${prefix}_${isSigned(s) ? 'signed_log2' : 'log2'}(v${i})` : `v${i}`;
  const difference = s.base === 0 ? value : `(${value} - ${literal(s.base)})`;
  const kept = s.preShift === 0 ? difference : `(${difference} >> ${s.preShift})`;
  const sum = `(${kept} * ${literal(s.multiplier)} + ${literal(s.add)})`;
  return [`const s64 v${i} = ${clamped};`, `const s64 x${i} = ${s.shift === 0 ? sum : `${sum} >> ${s.shift}`};`];
}

/*
 * A hidden unit is max(0, sum) >> shift; here the shift comes first, which gives the same, since a negative number stays
 * negative, and leaves the sign in the flags.
 */

function wideUnits(layer: IntegerLayer, l: number, names: readonly string[]): string[] {
  return layer.biases.flatMap((_, j) => [
    `const s64 t${l}_${j} = (${sumOf(layer, j, names)}) >> ${layer.shifts[j]!};`,
    `const s64 h${l}_${j} = t${l}_${j} < 0 ? 0 : t${l}_${j};`,
  ]);
}

/** Two units a register: the sum of unit j plus 2^32 times the sum of unit j + 1. */
function pairedUnits(layer: IntegerLayer, l: number, names: readonly string[]): string[] {
  const lines: string[] = [];
  const { biases, weights, shifts } = layer;
  for (let j = 0; j < biases.length; j += 2) {
    const [a, b] = [`${l}_${j}`, `${l}_${j + 1}`];
    if (j + 1 === biases.length) {
      lines.push(`const s32 t${a} = (s32)(${sumOf(layer, j, names)}) >> ${shifts[j]!};`);
    } else {
      const terms = names.map((name, i) => [pair(weights[j]![i]!, weights[j + 1]![i]!), name] as const);
      const sum = terms.filter(([weight]) => weight !== 0n).map(([weight, name]) => ` + ${weight}ULL * (u64)${name}`);
      lines.push(`const u64 p${a} = ${pair(biases[j]!, biases[j + 1]!)}ULL${sum.join('')};`);
      lines.push(`const s32 t${a} = (s32)p${a} >> ${shifts[j]!};`);
      lines.push(`const s64 t${b} = (s64)(p${a} - (u64)(s32)p${a}) >> ${32 + shifts[j + 1]!};`);
      lines.push(`const s64 h${b} = t${b} < 0 ? 0 : t${b};`);
    }
    lines.push(`const s64 h${a} = t${a} < 0 ? 0 : t${a};`);
  }
  return lines;
}

/** low + 2^32 · high as 64 bits without a sign. */
function pair(low: number, high: number): bigint {
  return BigInt.asUintN(64, BigInt(low) + (BigInt(high) << 32n));
}

function sumOf({ biases, weights }: IntegerLayer, j: number, names: readonly string[]): string {
  const terms = weights[j]!.flatMap((weight, i) => (weight === 0 ? [] : [`${literal(weight)} * ${names[i]!}`]));
  return [literal(biases[j]!), ...terms].join(' + ');
}

/** An s64 constant. */
function literal(value: number): string {
  return value < 0 ? `(-${-value}LL)` : `${value}LL`;
}
