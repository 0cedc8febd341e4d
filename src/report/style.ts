import { DARK, declarations, HEAT_STEPS, LIGHT } from './colours.js';

const FONTS = '-apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif';
const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace';

const BASE = `
*,*::before,*::after{box-sizing:border-box}
html{font:15px/1.5 ${FONTS};color:var(--ink);background:var(--bg);scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1320px;padding:2.5rem clamp(1rem,3vw,2rem) 4rem;overflow-wrap:break-word}
h1{font-size:clamp(1.6rem,4vw,2.3rem);line-height:1.15;letter-spacing:-.02em;margin:.1rem 0 .8rem;overflow-wrap:anywhere}
h2{font-size:1.35rem;letter-spacing:-.01em;margin:0 0 .4rem}
h3{font-size:1rem;margin:0;line-height:1.3;overflow-wrap:anywhere}
h4{font-size:.95rem;margin:0;line-height:1.3;overflow-wrap:anywhere}
p{margin:.3rem 0 .8rem;max-width:75ch}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}
a:focus-visible,.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code{font:.88em ${MONO};overflow-wrap:anywhere}
section{margin-top:3rem}
.kicker{margin:0;color:var(--muted);font-size:.85rem}
.muted,.note{color:var(--muted)}
.note{font-size:.87rem}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem 1rem}
.count{color:var(--muted);font-weight:400;font-variant-numeric:tabular-nums}
nav ol{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:1.6rem 0 0;padding:.7rem 0;font-size:.93rem;
border-block:1px solid var(--line)}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted);font-size:.87rem}
`;

const ANSWER = `
.answer{font-size:1.2rem;line-height:1.45}
.tiles{list-style:none;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(9rem,45%),1fr));gap:.8rem;
margin:1.2rem 0 .8rem;padding:0}
.tiles a{display:block;height:100%;padding:.8rem 1rem;border-radius:.5rem;background:var(--surface);color:inherit;
text-decoration:none;border:1px solid var(--line);border-top:4px solid var(--tone)}
.tiles a:hover{border-color:var(--tone)}
.tiles b{display:block;font-size:2rem;line-height:1.1;font-weight:600;color:var(--tone);font-variant-numeric:tabular-nums}
.tiles span{font-size:.9rem}
.share{display:flex;gap:2px;height:.6rem;border-radius:.3rem;overflow:hidden}
.share i{display:block;min-width:3px;background:var(--tone)}
.pass{--tone:var(--pass);--pale:var(--pass-pale)}
.fail{--tone:var(--fail);--pale:var(--fail-pale)}
.undecided{--tone:var(--undecided);--pale:var(--undecided-pale)}
.unmeasured{--tone:var(--unmeasured);--pale:var(--unmeasured-pale)}
.badge{display:inline-block;white-space:nowrap;padding:0 .5em;border-radius:1em;font-size:.85em;font-weight:500;
color:var(--tone);background:var(--pale)}
`;

const TABLES = `
.scroll{overflow-x:auto;margin:.6rem 0 1.2rem;background:var(--surface);border:1px solid var(--line);border-radius:.5rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums lining-nums}
caption{text-align:left;padding:.6rem .8rem .2rem;color:var(--muted);font-size:.87rem}
caption>span{display:inline-block;position:sticky;left:.8rem;max-width:min(115ch,calc(100vw - 4rem))}
th,td{padding:.38rem .8rem;text-align:left;vertical-align:top;border-top:1px solid var(--grid)}
:where(.scroll table:not(.heat) td:not(.figures)){overflow-wrap:anywhere;min-width:8rem}
thead th{border-top:0;border-bottom:1px solid var(--line);color:var(--muted);font-weight:500;font-size:.85rem;
vertical-align:bottom;white-space:nowrap}
tbody th{font-weight:500;overflow-wrap:anywhere;min-width:8rem}
tbody tr:hover{background:var(--bg)}
.figures{text-align:right;white-space:nowrap}
.sub{display:block;color:var(--muted);font-size:.85em;font-weight:400}
.strong{font-weight:600;color:var(--tone)}
.wide{min-width:16rem}
.hash code{font-size:.8em}
.heat{width:auto;min-width:100%}
.heat td{text-align:right;white-space:nowrap;padding:1px}
.heat-cell{display:block;padding:.25rem .3rem .25rem .6rem;border-radius:4px}
.heat th a{text-decoration:none}
.heat th a:hover{text-decoration:underline}
.heat .fails{outline:2px solid var(--fail);outline-offset:-2px}
.heat tbody th{padding-block:.25rem;min-width:11rem}
.heat tr>th:first-child{position:sticky;left:0;background:var(--surface)}
.heat thead th{text-align:right;white-space:normal}
.heat thead th:first-child{text-align:left}
.heat.many thead th:not(:first-child){writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;padding:.3rem}
.heat .mark{display:inline-block;width:1.2em;text-align:center;font-weight:600}
.heat .empty{color:var(--muted)}
${HEAT_STEPS.map((_, i) => `.less-${i}{background:var(--less-${i})}.more-${i}{background:var(--more-${i})}`).join('')}
.swatch{display:inline-block;width:1.1em;height:1.1em;border-radius:3px;vertical-align:-.2em}
@media screen and (max-width:40rem){
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards,.cards caption,.cards tbody,.cards tr,.cards th,.cards td{display:block}
.cards tr{padding:.6rem .8rem;border-top:1px solid var(--line)}
.cards tbody th{padding:0 0 .2rem;border:0;font-size:1rem;font-weight:600}
.cards td{display:flex;flex-wrap:wrap;justify-content:flex-end;column-gap:.6em;padding:.1rem 0;border:0;white-space:normal;
text-align:right;min-width:0}
.cards td.wide{display:block;text-align:left}
.cards td.wide::before{display:block}
.cards td::before{content:attr(data-head);margin-right:auto;color:var(--muted)}
}
details>summary{cursor:pointer;color:var(--link);padding:.3rem 0}
`;

const FIGURES = `
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,350px),1fr));gap:1rem;margin:.8rem 0 1.4rem}
figure{position:relative;display:flex;flex-direction:column;margin:0;min-width:0;padding:.8rem .9rem .7rem;
background:var(--surface);border:1px solid var(--line);border-radius:.5rem}
figure.full{margin:.8rem 0 1.4rem;max-width:33rem}
figure.broad{margin:.8rem 0 1.4rem;max-width:50rem}
figcaption{margin-bottom:.4rem}
figcaption code{display:block;color:var(--muted)}
.tally{margin:.25rem 0 0}
.chart{display:block;margin-top:auto;width:100%;height:auto;overflow:visible}
.chart text{font-family:${FONTS}!important;font-variant-numeric:tabular-nums}
section>*+h3{margin-top:1.4rem}
figcaption h3{margin-top:0}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.5rem 0;padding:0;font-size:.87rem}
.key{width:1em;height:1em;vertical-align:-.12em}
.key.line{width:2.2em}
.mini{width:100%;font-size:.84rem;margin-top:.3rem}
.mini caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);padding:0}
.mini th,.mini td{padding:.15rem .3rem;text-align:right;white-space:nowrap}
.mini th:first-child{text-align:left;min-width:0}
`;

/** Paper is white, has no edges to scroll over, and nothing on it can be opened. */
const PRINT = `
@media print{
html{font-size:10pt;background:none}
body{max-width:none;padding:0}
nav,.skip{display:none}
section{margin-top:1.6rem}
h2,h3{break-after:avoid}
figure,tr,.tiles{break-inside:avoid}
.scroll{overflow:visible;border:0}
table{font-size:8.5pt}
th,td{padding:.2rem .4rem}
.panels{grid-template-columns:1fr 1fr}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
details::details-content{content-visibility:visible!important;block-size:auto!important}
summary{display:none}
}
@page{margin:14mm}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;

/** The style of every page. It holds no text from outside. */
export const STYLE = [
  `:root{color-scheme:light;${declarations(LIGHT)}}`,
  `@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${declarations(DARK)}}}`,
  BASE,
  ANSWER,
  TABLES,
  FIGURES,
  PRINT,
].join('').trim();
