import { html } from '../html.js';
import { page } from '../page.js';
import { table } from '../table.js';
import { KERNEL_DIFFERENCES, kernelBlocks, type KernelFindings } from './blocks.js';

/** The measured kernel beside the thesis', as a page in one file. The same findings make the same bytes. */
export function kernelPage(found: KernelFindings): string {
  return page({
    kicker: 'cfslab · NeuralCFS again',
    title: 'The kernel, measured',
    lead: html`<p>The thesis’ tables 5.9 and 5.10 beside our kernel.</p>
<ul>${KERNEL_DIFFERENCES.map((text) => html`<li>${text}</li>\n`)}</ul>`,
    sections: kernelBlocks(found).map(({ id, title, paragraphs, columns, rows }) => ({
      id,
      title,
      body: html`${paragraphs.map((text) => html`<p>${text}</p>\n`)}
${table({ caption: title, label: title, columns: columns.map((head, i) => ({ head, figures: i > 1 })), rows })}`,
    })),
    footer: html`<p>The page is one file: it fetches nothing and runs no script.</p>`,
  });
}
