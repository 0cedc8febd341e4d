import { DARK, LIGHT, type Palette } from './client/palette.js';

/** The timeline's part of a page's style. */
export const TIMELINE_STYLE = [
  `:root{${variables(LIGHT)}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${variables(DARK)}}}`,
  `
.timeline{margin:1rem 0}
.timeline-bar{display:flex;flex-wrap:wrap;gap:.4rem .7rem;align-items:center;margin-bottom:.5rem;font-size:.87rem}
.timeline-bar button,.timeline-bar select{font:inherit;color:var(--ink);background:var(--surface);border:1px solid var(--line);
border-radius:.35rem;padding:.15rem .6rem;min-width:2rem}
.timeline-bar button:hover{border-color:var(--link)}
.timeline-bar :focus-visible,.timeline canvas:focus-visible{outline:2px solid var(--link);outline-offset:1px}
.timeline-overview{display:block;width:100%;height:34px;margin-bottom:.4rem;border-radius:.3rem;cursor:ew-resize;touch-action:none}
.timeline-runs{display:grid;gap:.6rem}
@media (min-width:60rem){.timeline-runs[data-runs="2"]:not(.stacked){grid-template-columns:1fr 1fr}}
.timeline-runs figure{padding:.4rem .5rem .5rem}
.timeline-runs canvas{display:block;width:100%;height:60vh;cursor:crosshair;touch-action:none}
.timeline-details{min-height:3rem;margin-top:.6rem;padding:.5rem .9rem;background:var(--surface);border:1px solid var(--line);border-radius:.5rem}
.timeline-details .scroll{max-height:22rem;overflow:auto}
.timeline-details table{width:auto}
.timeline-facts th,.timeline-facts td{border:0;padding:.1rem .8rem .1rem 0}
.timeline-facts th{color:var(--muted);min-width:9rem}
.timeline-said{font-weight:500}
.keys{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.87rem}
.keys dd{margin:0}
@media print{.timeline-bar{display:none}.timeline-details .scroll{max-height:none}}
`,
].join('');

function variables({ forced, byPolicy, failed, waitHot, waitCold }: Palette): string {
  return `--tl-forced:${forced};--tl-policy:${byPolicy};--tl-failed:${failed};--tl-hot:${waitHot};--tl-cold:${waitCold}`;
}
