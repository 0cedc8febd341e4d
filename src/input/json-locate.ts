/**
 * Where JSON text goes wrong. `JSON.parse` says so only for some mistakes and some versions of Node, so the text that it
 * refused is walked once more, with a stack of its own rather than recursion: depth is no limit.
 *
 * @param text what JSON.parse refused
 * @returns the offset of the first character that cannot stand there, or `text.length` where more was expected
 */
export function locateJsonError(text: string): number {
  const stack: string[] = [];
  let at = skipSpace(text, 0);
  for (;;) {
    // A value is expected at `at`.
    const open = text[at];
    if (open === '{' || open === '[') {
      at = skipSpace(text, at + 1);
      if (text[at] === (open === '{' ? '}' : ']')) {
        at += 1;
      } else {
        stack.push(open);
        if (open === '[') continue;
        const colon = endOfKey(text, at);
        if (colon < 0) return ~colon;
        at = colon;
        continue;
      }
    } else {
      const end = endOfScalar(text, at);
      if (end < 0) return ~end;
      at = end;
    }
    // A value has ended: close what it closes, up to the next value.
    for (;;) {
      at = skipSpace(text, at);
      const inside = stack.at(-1);
      if (inside === undefined || at >= text.length) return at;
      if (text[at] === ',') {
        at = skipSpace(text, at + 1);
        if (inside === '{') {
          const colon = endOfKey(text, at);
          if (colon < 0) return ~colon;
          at = colon;
        }
        break;
      }
      if (text[at] !== (inside === '{' ? '}' : ']')) return at;
      stack.pop();
      at += 1;
    }
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return at;
}

/** Past `"key" :` and the space after it; the complement of the offset of the mistake where there is one. */
function endOfKey(text: string, from: number): number {
  if (text[from] !== '"') return ~Math.min(from, text.length);
  const end = endOfString(text, from);
  if (end < 0) return end;
  const colon = skipSpace(text, end);
  return text[colon] === ':' ? skipSpace(text, colon + 1) : ~Math.min(colon, text.length);
}

/** Past a string, number or word; the complement of the offset of the mistake where there is one. */
function endOfScalar(text: string, from: number): number {
  if (text[from] === '"') return endOfString(text, from);
  for (const word of ['true', 'false', 'null']) {
    if (text[from] === word[0]) return matchWord(text, from, word);
  }
  return endOfNumber(text, from);
}

function matchWord(text: string, from: number, word: string): number {
  for (let i = 0; i < word.length; i += 1) if (text[from + i] !== word[i]) return ~Math.min(from + i, text.length);
  return from + word.length;
}

function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return ~at;
    if (code !== 0x5c) {
      at += 1;
    } else if (text[at + 1] === 'u') {
      for (let i = 2; i < 6; i += 1) if (!/[0-9a-fA-F]/.test(text[at + i] ?? '')) return ~Math.min(at + i, text.length);
      at += 6;
    } else {
      if (!'"\\/bfnrt'.includes(text[at + 1] ?? '?')) return ~Math.min(at + 1, text.length);
      at += 2;
    }
  }
  return ~text.length;
}

function endOfNumber(text: string, from: number): number {
  let at = text[from] === '-' ? from + 1 : from;
  if (text[at] === '0') at += 1;
  else if (digits(text, at) === at) return ~Math.min(at, text.length);
  else at = digits(text, at);
  if (text[at] === '.') {
    const end = digits(text, at + 1);
    if (end === at + 1) return ~Math.min(end, text.length);
    at = end;
  }
  if (text[at] === 'e' || text[at] === 'E') {
    const sign = text[at + 1] === '-' || text[at + 1] === '+' ? at + 2 : at + 1;
    const end = digits(text, sign);
    if (end === sign) return ~Math.min(end, text.length);
    at = end;
  }
  return at;
}

function digits(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) at += 1;
  return at;
}
