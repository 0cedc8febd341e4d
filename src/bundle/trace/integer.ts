const TWO_63 = 2n ** 63n;
const TWO_64 = 2n ** 64n;

/**
 * A printed 64-bit integer as a number. Exact within ±2^53, else the nearest double.
 *
 * @param wrap a value of 2^63 or more stands for itself less 2^64
 * @returns null where the text is no integer of 64 bits
 */
export function integerOf(text: string, wrap: boolean): number | null {
  if (!/^-?[0-9]{1,20}$/.test(text)) return null;
  if (text.length <= 15) return Number(text) || 0;
  const value = BigInt(text);
  if (value >= TWO_64 || value < -TWO_63) return null;
  return Number(wrap && value >= TWO_63 ? value - TWO_64 : value);
}
