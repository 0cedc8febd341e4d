import { visible } from '../html.js';
import { DIFFERENCES, experimentBlocks } from './blocks.js';
import type { Experiments } from './types.js';

const escaped = (text: string): string => visible(text).replace(/[|\\]/g, '\\$&').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** EXPERIMENTS.md. The same findings make the same bytes. */
export function experimentsMarkdown(found: Experiments): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [
    '# Experiments',
    '',
    "The thesis' experiments, its figures beside ours. Written by `npm run experiments -- FOLDER…`; EXPERIMENTS.html has the charts.",
    '',
    '## What differs in the set-up',
    '',
    ...DIFFERENCES.map((text) => `- ${text}`),
    ...experimentBlocks(found).flatMap(({ title, paragraphs, columns, rows }) => [
      '', `## ${title}`, '',
      ...paragraphs.flatMap((text) => [text, '']),
      line(columns), line(columns.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line),
    ]),
    '',
  ].join('\n');
}
