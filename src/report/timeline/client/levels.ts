/*
 * Levels of detail of a lane: a tree of four children over its stretches in order of their beginning. A node knows where
 * its stretches begin and end, their time together, and how much of that is of the commonest colour:
 *
 *     level 2   [                     node                      ]
 *     level 1   [   node   ] [   node   ]       [    node      ]
 *     leaves    ▇▇ ▇ ▇▇▇ ▇   ▇▇▇ ▇▇ ▇ ▇▇        ▇ ▇▇▇ ▇▇▇▇ ▇▇▇▇▇
 *
 * Who draws goes down only where a node is wider than a pixel, so that a picture costs its pixels and not its stretches.
 */

const CHILDREN = 4;

/** Stretches of all lanes, of which a tree takes one lane's. */
export interface Leaves {
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Colour of each. */
  readonly colour: Uint8Array;
  /** How much of each is of its colour, ns; null: all. */
  readonly part: Float64Array | null;
}

/** What is met on the way: a node no wider than asked, or a single stretch (`leaf` is its index, else −1). */
export interface Visitor {
  visit(start: number, end: number, total: number, part: number, colour: number, leaf: number): void;
}

interface Level {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly total: Float64Array;
  readonly part: Float64Array;
  readonly colour: Uint8Array;
}

export class Levels {
  private readonly levels: Level[] = [];

  /** @param first the lane's first leaf; `last` is the one after its last */
  constructor(private readonly leaves: Leaves, private readonly first: number, private readonly last: number) {
    let below: Level | null = null;
    for (let count = last - first; count > 1; ) {
      count = Math.ceil(count / CHILDREN);
      below = this.above(below, count);
      this.levels.push(below);
    }
  }

  /**
   * Meets all that lies between two times, in order of its beginning.
   * @param width ns: nodes wider than this are gone into
   */
  visit(from: number, to: number, width: number, visitor: Visitor): void {
    if (this.last > this.first) this.descend(this.levels.length - 1, 0, from, to, width, visitor);
  }

  private descend(level: number, node: number, from: number, to: number, width: number, visitor: Visitor): void {
    if (level < 0) {
      this.visitLeaves(this.first + node, this.first + node + 1, from, to, visitor);
      return;
    }
    const { start, end, total, part, colour } = this.levels[level]!;
    if (end[node]! <= from || start[node]! >= to) return;
    if (end[node]! - start[node]! <= width) {
      visitor.visit(start[node]!, end[node]!, total[node]!, part[node]!, colour[node]!, -1);
      return;
    }
    if (level === 0) {
      const first = this.first + node * CHILDREN;
      this.visitLeaves(first, Math.min(first + CHILDREN, this.last), from, to, visitor);
      return;
    }
    const stop = Math.min((node + 1) * CHILDREN, this.levels[level - 1]!.start.length);
    for (let child = node * CHILDREN; child < stop; child += 1) this.descend(level - 1, child, from, to, width, visitor);
  }

  private visitLeaves(first: number, last: number, from: number, to: number, visitor: Visitor): void {
    const { start, end, colour, part } = this.leaves;
    for (let leaf = first; leaf < last; leaf += 1) {
      const [begin, stop] = [start[leaf]!, end[leaf]!];
      if (stop <= from || begin >= to) continue;
      visitor.visit(begin, stop, stop - begin, part === null ? stop - begin : part[leaf]!, colour[leaf]!, leaf);
    }
  }

  /** A level over the one below it, or over the leaves. */
  private above(below: Level | null, count: number): Level {
    const level: Level = {
      start: new Float64Array(count),
      end: new Float64Array(count),
      total: new Float64Array(count),
      part: new Float64Array(count),
      colour: new Uint8Array(count),
    };
    const weights = new Float64Array(256);
    const from = below ?? this.bottom();
    const children = from.start.length;
    for (let node = 0; node < count; node += 1) {
      const begin = node * CHILDREN;
      const stop = Math.min(begin + CHILDREN, children);
      let [end, total] = [-Infinity, 0];
      let best = from.colour[begin]!;
      for (let child = begin; child < stop; child += 1) {
        const colour = from.colour[child]!;
        if (from.end[child]! > end) end = from.end[child]!;
        total += from.total[child]!;
        weights[colour]! += from.part[child]!;
        if (weights[colour]! > weights[best]!) best = colour;
      }
      level.start[node] = from.start[begin]!;
      level.end[node] = end;
      level.total[node] = total;
      level.part[node] = weights[best]!;
      level.colour[node] = best;
      for (let child = begin; child < stop; child += 1) weights[from.colour[child]!] = 0;
    }
    return level;
  }

  /** The leaves in the form of a level, for as long as the one above them is made. */
  private bottom(): Level {
    const { first, last, leaves } = this;
    const [start, end] = [leaves.start.subarray(first, last), leaves.end.subarray(first, last)];
    const total = new Float64Array(last - first);
    for (let i = 0; i < total.length; i += 1) total[i] = end[i]! - start[i]!;
    const part = leaves.part?.subarray(first, last) ?? total;
    return { start, end, total, part, colour: leaves.colour.subarray(first, last) };
  }
}
