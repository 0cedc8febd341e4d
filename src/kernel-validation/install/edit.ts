import { InputError } from '../../input/error.js';
import type { Place } from './place.js';

/** A place that was found in a file: what is between two offsets makes way for a text. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly place: Place;
}

/**
 * A file with all places of it changed. Anchors are looked for in the file as it was, so that no edit can bring about or hide
 * the anchor of another; where several put lines at the same spot, these stand in the order of the places.
 *
 * @param name the file, for errors
 * @throws InputError where an anchor is not found exactly once, or two places touch the same text
 */
export function edited(text: string, places: readonly Place[], name: string): string {
  const edits = places.map((place, i) => ({ edit: find(text, place, name), i }));
  edits.sort((a, b) => a.edit.from - b.edit.from || a.edit.to - b.edit.to || a.i - b.i);
  let out = '';
  let done = 0;
  for (const { edit } of edits) {
    if (edit.from < done) throw new InputError(name, quoted(edit.place), 'text that no other place touches', 'an overlap');
    out += text.slice(done, edit.from) + edit.text;
    done = edit.to;
  }
  return out + text.slice(done);
}

function find(text: string, place: Place, name: string): Edit {
  const [start, end] = rangeOf(text, place, name);
  const at = only(text, place.anchor, start, end, name, quoted(place));
  const after = at + place.anchor.length;
  switch (place.where) {
    case 'replace':
      return { from: at, to: after, text: place.text, place };
    case 'before': {
      const line = text.lastIndexOf('\n', at) + 1;
      return { from: line, to: line, text: `${place.text}\n`, place };
    }
    case 'after': {
      const newline = text.indexOf('\n', after);
      const line = newline < 0 ? text.length : newline + 1;
      return { from: line, to: line, text: newline < 0 ? `\n${place.text}` : `${place.text}\n`, place };
    }
  }
}

/** From the head of the function that a place names to the first line that begins with a closing brace. */
function rangeOf(text: string, place: Place, name: string): [number, number] {
  if (place.within === undefined) return [0, text.length];
  const head = only(text, place.within, 0, text.length, name, JSON.stringify(place.within));
  const end = text.indexOf('\n}', head);
  if (end < 0) throw new InputError(name, JSON.stringify(place.within), 'a function with an end', 'none');
  return [head, end];
}

function only(text: string, anchor: string, start: number, end: number, name: string, what: string): number {
  const at = text.indexOf(anchor, start);
  if (at < 0 || at + anchor.length > end) throw new InputError(name, what, 'to find it exactly once', 'it nowhere');
  const again = text.indexOf(anchor, at + 1);
  if (again >= 0 && again + anchor.length <= end) throw new InputError(name, what, 'to find it exactly once', 'it again');
  return at;
}

function quoted(place: Place): string {
  return JSON.stringify(place.anchor) + (place.within === undefined ? '' : ` in ${JSON.stringify(place.within)}`);
}
