import { parseCpuList } from '../../input/cpu-list.js';
import type { TaskInfo } from '../tables/contents.js';
import { TextFile } from './text-lines.js';

const FILE = 'affinities';
/** CPUs that Linux can be built for (CONFIG_NR_CPUS), far beyond: a list may name more than the machine has. */
const MAX_CPUS = 65_536;

/**
 * The CPUs that tasks were allowed on when the recording began, from a capture's `affinities` file: lines `PID 0-3,8`, as
 * `Cpus_allowed_list` in /proc shows it for each thread. Without the file, nothing.
 * @throws InputError naming file and line
 */
export function readAffinities(directory: string): ReadonlyMap<number, readonly number[]> {
  const file = TextFile.ifThere(directory, FILE);
  const found = new Map<number, readonly number[]>();
  file?.lines.forEach((text, i) => {
    const match = /^(\d{1,9}) (\S+)$/.exec(text);
    if (match === null) throw file.error(i, 'a pid and a list of CPUs, such as 1234 0-3,8');
    found.set(Number(match[1]), parseCpuList(match[2]!, MAX_CPUS, file.path, `line ${i + 1}`));
  });
  return found;
}

/**
 * Adds them to tasks that were there before, as far as the trace has not told it of them. Whoever is allowed on all CPUs needs no mask.
 * @param cpus of the machine
 */
export function withAffinities(
  tasks: readonly TaskInfo[], masks: readonly number[][], affinities: ReadonlyMap<number, readonly number[]>, cpus: number,
): { readonly tasks: TaskInfo[]; readonly masks: number[][] } {
  const all = [...masks];
  const rowOf = (mask: number[]): number => {
    const row = all.findIndex((other) => other.join() === mask.join());
    return row >= 0 ? row : all.push(mask) - 1;
  };
  const told = tasks.map((task) => {
    const mask = affinities.get(task.pid)?.filter((cpu) => cpu < cpus) ?? [];
    if (!task.preexisting || task.allowed !== -1 || mask.length === 0 || mask.length === cpus) return task;
    return { ...task, allowed: rowOf(mask) };
  });
  return { tasks: told, masks: all };
}
