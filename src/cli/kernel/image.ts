import { buildKernel, type BuildRequest, type BuiltKernel } from '../../kernel-validation/build/index.js';
import { usualPolicy } from '../../kernel-validation/build/usual-policy.js';
import type { NetworkPage } from '../../kernel-validation/page/index.js';
import { text } from '../options.js';
import { startProgress } from '../progress.js';
import type { CliIo, VerbInput } from '../verb.js';

/**
 * The kernel that is to be booted, as a file: the one that was given, or the laboratory's, which is built where the cache has none.
 *
 * @param alike the models that will be pushed: their shapes are to be quick
 * @throws OutsideError, StoppedError as a build does
 */
export async function kernelOption(
  input: VerbInput, io: CliIo, alike: readonly NetworkPage[], signal: AbortSignal,
): Promise<string> {
  const kernel = text(input, 'kernel');
  if (kernel !== undefined) return kernel;
  const source = text(input, 'source');
  const request: BuildRequest = { config: { kind: 'lab' }, policy: usualPolicy(alike), ...(source === undefined ? {} : { source }) };
  return (await buildShown(request, io, signal)).bzImage;
}

/** Builds a kernel, and shows on standard error how far it is. */
export async function buildShown(request: BuildRequest, io: CliIo, signal: AbortSignal): Promise<BuiltKernel> {
  const progress = startProgress(io, false, 'files');
  try {
    return await buildKernel({
      ...request,
      signal,
      onPhase: (what) => io.err(`kernel: ${what}\n`),
      onProgress: (done, total) => progress.update(done, total),
    });
  } finally {
    progress.stop();
  }
}
