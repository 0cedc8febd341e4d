/** The one door to fzstd: unpacks zstd streams block by block. */
import { Decompress } from 'fzstd';
import { ZstdDamage, ZstdFrames } from './zstd-frames.js';

export { ZstdDamage } from './zstd-frames.js';

/**
 * A zstd stream of any number of frames. What it takes is its window (up to 128 MiB, by default a few) and one block.
 * The checksum that a frame may end with is not looked at.
 */
export class ZstdStream {
  private readonly frames = new ZstdFrames();
  private decoder = new Decompress();
  private out: Uint8Array[] = [];

  /** The text that comes out of so many bytes more. @throws ZstdDamage where the stream is damaged */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    for (const { bytes, begins, ends } of this.frames.push(chunk)) {
      if (begins) this.decoder = new Decompress((text) => void (text.length > 0 && this.out.push(text)));
      try {
        this.decoder.push(bytes, ends);
      } catch (error) {
        // The decoder trusts what it reads, so that damage may show as any error of JavaScript.
        throw new ZstdDamage((error as Error).message);
      }
      yield* this.out;
      this.out = [];
    }
  }

  /** Whether the stream has ended too early. */
  get truncated(): boolean {
    return this.frames.withinFrame;
  }
}
