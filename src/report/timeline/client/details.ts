import { element, row } from './dom.js';
import type { About } from './words.js';

/** Shows what is said about something that was chosen. Names are texts, whatever they look like. */
export function showAbout(place: HTMLElement, about: About): void {
  const lines = element('table', { class: 'timeline-facts' }, ...about.lines.map(([head, text]) => row(head, text)));
  const fields = about.fields.length === 0 ? [] : [fieldTable(about)];
  place.replaceChildren(element('h3', {}, about.title), lines, ...fields);
}

function fieldTable({ fields }: About): HTMLElement {
  const heads = ['feature', 'value', 'meaning'].map((text) => element('th', { scope: 'col' }, text));
  const body = fields.map(([name, value, doc]) => {
    const line = row(name, value, doc);
    line.cells[1]!.className = 'figures';
    return line;
  });
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...body));
  return element('div', { class: 'scroll', role: 'region', 'aria-label': 'Features of the decision', tabindex: '0' }, table);
}
