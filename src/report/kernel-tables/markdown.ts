import { markdownLines } from '../text-block.js';
import { KERNEL_DIFFERENCES, kernelBlocks, type KernelFindings } from './blocks.js';

/** KERNEL.md. The same findings make the same bytes. */
export function kernelMarkdown(found: KernelFindings): string {
  return [
    '# The kernel, measured',
    '',
    "The thesis' tables 5.9 and 5.10 beside our kernel. Written by `npm run kernel:tables -- FOLDER…`; KERNEL.html has the same.",
    '',
    '## What differs in the set-up',
    '',
    ...KERNEL_DIFFERENCES.map((text) => `- ${text}`),
    ...markdownLines(kernelBlocks(found)),
    '',
  ].join('\n');
}
