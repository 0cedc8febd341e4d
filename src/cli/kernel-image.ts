import { buildKernel } from '../kernel-validation/build/index.js';
import { emitPolicy } from '../kernel-validation/emit/index.js';
import { text } from './options.js';
import { startProgress } from './progress.js';
import type { CliIo, VerbInput } from './verb.js';

/**
 * The kernel that is to be booted, as a file: the one that was given, or the laboratory's, which is built where the cache has none.
 * @throws OutsideError, StoppedError as a build does
 */
export async function kernelOption(input: VerbInput, io: CliIo, signal: AbortSignal): Promise<string> {
  const kernel = text(input, 'kernel');
  if (kernel !== undefined) return kernel;
  const source = text(input, 'source');
  const progress = startProgress(io, false, 'files');
  try {
    const built = await buildKernel({
      config: { kind: 'lab' },
      policy: emitPolicy(null),
      ...(source === undefined ? {} : { source }),
      signal,
      onPhase: (what) => io.err(`kernel: ${what}\n`),
      onProgress: (done, total) => progress.update(done, total),
    });
    return built.bzImage;
  } finally {
    progress.stop();
  }
}
