import type { DirtyLog, DirtyPlace } from '../dirty.js';
import type { Dropped, TraceSummary } from '../trace/reader.js';

/**
 * Tells the log what the reader of a file dropped or missed.
 *
 * @param file its name, where there are several
 * @throws InputError where that must not be: the first line of it
 */
export function reportDirt(summary: TraceSummary, dirty: DirtyLog, file?: string): void {
  const place: DirtyPlace = file === undefined ? {} : { file };
  const dropped = [...summary.dropped].sort(([, a], [, b]) => a.firstLine - b.firstLine);
  for (const [name, { count, firstLine, problem }] of dropped) {
    const found = name === '' ? problem : `${name} with a field ${problem} that is missing or makes no sense`;
    dirty.add('malformed', 'dropped', found, { ...place, line: firstLine }, count);
  }
  dirty.add('overlong', 'dropped', 'a line of more than 1 MiB', place, summary.overlongLines);
  const cut = summary.cutLine ? 1 : 0;
  dirty.add('cut-line', 'dropped', 'a last line without its end', { ...place, line: summary.lines + 1 }, cut);
  if (summary.truncated) dirty.add('truncated', 'kept', 'a packed file that ends too early', place);
  const { announced, events, overwritten } = summary;
  const lacking = Math.max(0, announced - events);
  dirty.add('truncated', 'kept', `${events} events where ${announced} are announced`, place, lacking);
  dirty.add('overwritten', 'kept', 'events that the ring buffer overwrote', place, overwritten);
  dirty.add('lost', 'kept', 'events that the ring buffers lost', place, summary.lostInTrace + summary.lossesUnstated);
}

/** What was read of all files together; the hashes are those of the first. */
export function mergeSummaries(summaries: readonly TraceSummary[]): TraceSummary {
  const sum = (of: (summary: TraceSummary) => number): number => summaries.reduce((total, one) => total + of(one), 0);
  const announced = summaries.map((summary) => summary.announced);
  const dropped = new Map<string, Dropped>();
  for (const [name, { count, firstLine, problem }] of summaries.flatMap((summary) => [...summary.dropped])) {
    const known = dropped.get(name);
    if (known === undefined) dropped.set(name, { count, firstLine, problem });
    else known.count += count;
  }
  return {
    ...summaries[0]!,
    truncated: summaries.some((summary) => summary.truncated),
    lines: sum((one) => one.lines),
    events: sum((one) => one.events),
    counts: addMaps(summaries.map((one) => one.counts)),
    unknown: addMaps(summaries.map((one) => one.unknown)),
    withheld: addMaps(summaries.map((one) => one.withheld)),
    dropped,
    overlongLines: sum((one) => one.overlongLines),
    cutLine: summaries.some((summary) => summary.cutLine),
    lostInTrace: sum((one) => one.lostInTrace),
    lossesUnstated: sum((one) => one.lossesUnstated),
    rawClockEvents: sum((one) => one.rawClockEvents),
    announced: announced.includes(-1) ? -1 : sum((one) => one.announced),
    overwritten: sum((one) => one.overwritten),
    rounded: sum((one) => one.rounded),
  };
}

function addMaps(maps: ReadonlyArray<ReadonlyMap<string, number>>): Map<string, number> {
  const all = new Map<string, number>();
  for (const [name, count] of maps.flatMap((map) => [...map])) all.set(name, (all.get(name) ?? 0) + count);
  return all;
}
