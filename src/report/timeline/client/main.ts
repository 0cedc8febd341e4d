import { element } from './dom.js';
import { loadRun } from './load.js';
import { Timeline } from './timeline.js';

/** Finds the runs that the page holds and puts the timeline in its place. */
async function start(): Promise<void> {
  const place = document.getElementById('timeline-place');
  if (place === null) return;
  try {
    const texts = [...document.querySelectorAll('script[type="application/x-cfslab-run"]')].map(({ textContent }) => textContent ?? '');
    const runs = await Promise.all(texts.map(loadRun));
    new Timeline(place, runs);
    // What was unpacked need not stand twice in memory.
    for (const script of document.querySelectorAll('script[type="application/x-cfslab-run"]')) script.remove();
  } catch (error) {
    place.replaceChildren(element('p', {}, `The timeline cannot be shown: ${String(error)}`));
  }
}

void start();
