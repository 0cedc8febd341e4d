import { InputError } from '../../../input/error.js';

/*
 * Plain data as JSON text, on its way to another process or machine. Typed arrays, which a workload's program is made of, become
 * {"$array": name of the type, "base64": bytes in little-endian order}. Nothing else than data comes out of it.
 */

const ARRAYS = { Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float64Array } as const;
type ArrayName = keyof typeof ARRAYS;

export function encode(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (!ArrayBuffer.isView(inner)) return inner;
    return { $array: inner.constructor.name, base64: Buffer.from(inner.buffer, inner.byteOffset, inner.byteLength).toString('base64') };
  });
}

/** @param source names the text in errors @throws InputError */
export function decode(text: string, source: string): unknown {
  try {
    return JSON.parse(text, (_, inner: unknown) => {
      if (typeof inner !== 'object' || inner === null || !('$array' in inner)) return inner;
      const { $array: name, base64 } = inner as { readonly $array: unknown; readonly base64?: unknown };
      if (typeof name !== 'string' || !Object.hasOwn(ARRAYS, name) || typeof base64 !== 'string') throw new Error('no typed array');
      const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
      const Type = ARRAYS[name as ArrayName];
      if (bytes.length % Type.BYTES_PER_ELEMENT !== 0) throw new Error('a typed array of a broken length');
      return new Type(bytes.buffer);
    });
  } catch (error) {
    throw new InputError(source, '', 'data of a sweep', (error as Error).message);
  }
}
