import { PackedRun } from '../format/pack.js';
import { runData, type RunData } from './run-data.js';

/** A run out of the text of its element: base64 of deflated bytes. */
export async function loadRun(text: string): Promise<RunData> {
  const inflated = new Blob([decodeBase64(text)]).stream().pipeThrough(new DecompressionStream('deflate'));
  return runData(new PackedRun(new Uint8Array(await new Response(inflated).arrayBuffer())));
}

/** What newer browsers bring. */
interface FromBase64 {
  readonly fromBase64?: (this: Uint8ArrayConstructor, text: string) => Uint8Array<ArrayBuffer>;
}

export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as unknown as FromBase64;
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
