import { integerOf } from '../trace/integer.js';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const INTEGER = /^-?\d{1,20}$/;

/**
 * A cell as an integer: digits, a decimal number without a fraction (as tables with gaps write integers), or True and
 * False. With a scale any decimal number, times that, rounded.
 *
 * @returns null where it is none
 */
export function cellOf(text: string, scale: number, invert: boolean): number | null {
  let value = scale === 1 ? integerOf(text, true) : null;
  if (value === null) {
    value = decimalOf(text);
    if (value === null) return null;
    value = scale === 1 ? value : Math.round(value * scale);
    if (!Number.isInteger(value)) return null;
  }
  if (!invert) return value === 0 ? 0 : value;
  return value === 0 || value === 1 ? 1 - value : null;
}

/** The same for a time stamp, exactly: it may be ns since 1970, which pass 2^53. */
export function stampOf(text: string, scale: number): bigint | null {
  if (INTEGER.test(text) && Number.isInteger(scale)) return BigInt(text) * BigInt(scale);
  const value = cellOf(text, scale, false);
  return value === null ? null : BigInt(value);
}

function decimalOf(text: string): number | null {
  if (DECIMAL.test(text)) return Number(text);
  if (/^true$/i.test(text)) return 1;
  return /^false$/i.test(text) ? 0 : null;
}
