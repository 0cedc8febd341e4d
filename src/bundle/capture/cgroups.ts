import type { RecordedGroup } from '../tables/contents.js';
import { TextFile } from './text-lines.js';

/** The kernel numbers cgroups from 1, the root's; a capture's own groups were made after it, in this order. */
const FIRST_ID = 2;
/** A group whose knobs are still being read. */
type GroupInTheMaking = { -readonly [K in keyof RecordedGroup]: RecordedGroup[K] };
const LINE = /^\/sys\/fs\/cgroup\/((?:[^/]+\/)*[^/]+)\/(cpu\.[a-z.]+):(.*)$/;

/**
 * The task groups of a capture, from its `cgroups` file: lines `/sys/fs/cgroup/a/cpu.weight:100`. Ids follow the order
 * in which the groups are first named. A capture without the file has none.
 * @throws InputError naming file and line
 */
export function readCgroups(directory: string): RecordedGroup[] {
  const file = TextFile.ifThere(directory, 'cgroups');
  if (file === null) return [];
  const groups = new Map<string, GroupInTheMaking>();
  file.lines.forEach((text, i) => {
    if (text.trim() === '' || !text.startsWith('/')) return;
    const match = LINE.exec(text);
    const fail = (expected: string): never => {
      throw file.error(i, expected);
    };
    if (match === null) return fail('/sys/fs/cgroup/GROUP/cpu.KNOB:VALUE');
    const [, path, knob, value] = match as unknown as [string, string, string, string];
    const group = groups.get(path) ?? newGroup(path, groups.size, [...groups.keys()]);
    groups.set(path, group);
    if (knob === 'cpu.weight') {
      // An idle group (cpu.idle) shows a weight of 0: what it was before is not told, and does not matter while it is idle.
      const weight = numberIn(value, 0, 10_000) ?? fail('a weight within 1…10000, or 0 of an idle group');
      if (weight > 0) group.weight = weight;
    } else if (knob === 'cpu.max') {
      const [quota, period] = value.split(' ');
      group.quotaNs = quota === 'max' ? null : 1000 * (numberIn(quota, 1, 1e12) ?? fail('a quota in µs, or max'));
      group.periodNs = 1000 * (numberIn(period, 1, 1_000_000) ?? fail('a period in µs'));
    } else if (knob === 'cpu.max.burst') {
      group.burstNs = 1000 * (numberIn(value, 0, 1e12) ?? fail('a burst in µs'));
    } else if (knob === 'cpu.idle') {
      group.idle = (numberIn(value, 0, 1) ?? fail('0 or 1')) === 1;
    }
    return undefined;
  });
  return [...groups.values()];
}

function newGroup(path: string, index: number, before: readonly string[]): GroupInTheMaking {
  const above = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const parent = before.indexOf(above);
  return {
    id: FIRST_ID + index,
    parent: parent < 0 ? 0 : FIRST_ID + parent,
    name: path,
    weight: 100,
    quotaNs: null,
    periodNs: 100_000_000,
    burstNs: 0,
    idle: false,
  };
}

function numberIn(text: string | undefined, low: number, high: number): number | null {
  if (text === undefined || !/^\d+$/.test(text.trim())) return null;
  const value = Number(text);
  return value >= low && value <= high ? value : null;
}
