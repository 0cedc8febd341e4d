import { markdownLines } from '../text-block.js';
import { DIFFERENCES, experimentBlocks } from './blocks.js';
import type { Experiments } from './types.js';

/** EXPERIMENTS.md. The same findings make the same bytes. */
export function experimentsMarkdown(found: Experiments): string {
  return [
    '# Experiments',
    '',
    "The thesis' experiments, its figures beside ours. Written by `npm run experiments -- FOLDER…`; EXPERIMENTS.html has the charts.",
    '',
    '## What differs in the set-up',
    '',
    ...DIFFERENCES.map((text) => `- ${text}`),
    ...markdownLines(experimentBlocks(found)),
    '',
  ].join('\n');
}
