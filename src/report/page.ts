import { html, Html, NOTHING } from './html.js';
import { STYLE } from './style.js';

export interface Section {
  /** Unlike that of any other; letters, digits and `-`. */
  readonly id: string;
  readonly title: string;
  /** Shown beside the title in the table of contents: how many there are. */
  readonly count?: number;
  readonly body: Html;
}

export interface PageParts {
  readonly title: string;
  /** What the page is about, above the title. */
  readonly kicker: string;
  /** The answer, before anything else. */
  readonly lead: Html;
  readonly sections: readonly Section[];
  readonly footer: Html;
  /** What a page with a timeline needs besides; a page without has no script. */
  readonly live?: { readonly style: string; readonly script: { readonly text: string; readonly hash: string } };
}

/** Nothing is fetched, and nothing runs but the page's own script where it has one, whatever a name in the data says. */
const SECURITY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * A page in one file: nothing from outside, light or dark as the reader's system is, fit for paper. The same parts make the
 * same bytes.
 */
export function page({ title, kicker, lead, sections, footer, live }: PageParts): string {
  const security = live === undefined ? SECURITY : `${SECURITY}; script-src ${live.script.hash}`;
  const script = live === undefined ? NOTHING : new Html(`<script>${live.script.text}</script>\n`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${security}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(STYLE + (live?.style ?? ''))}</style>
</head>
<body>
<a class="skip" href="#${sections[0]?.id ?? 'top'}">Skip to the findings</a>
<header id="top"><p class="kicker">${kicker}</p>
<h1>${title}</h1>
${lead}
<nav aria-label="Contents"><ol>${sections.map(entry)}</ol></nav>
</header>
<main>
${sections.map(section)}</main>
<footer>${footer}</footer>
${script}</body>
</html>
`.text;
}

function entry({ id, title, count }: Section): Html {
  return html`<li><a href="#${id}">${title}${shownCount(count)}</a></li>`;
}

function shownCount(count: number | undefined): Html {
  return count === undefined ? NOTHING : html` <span class="count">${count}</span>`;
}

function section({ id, title, body, count }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}${shownCount(count)}</h2>
${body}
</section>
`;
}
