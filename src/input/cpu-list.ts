import { InputError } from './error.js';

/**
 * Reads a list of CPUs as the kernel prints it: `0-3,8,10-11`.
 *
 * @param limit CPUs must be below it
 * @returns ascending, each CPU once
 * @throws InputError at `place` of `file`
 */
export function parseCpuList(text: string, limit: number, file: string, place: string): number[] {
  const cpus: number[] = [];
  for (const part of text.split(',')) {
    const range = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    if (range === null) throw new InputError(file, place, 'a list of CPUs such as 0-3,8', text);
    const first = Number(range[1]);
    const last = range[2] === undefined ? first : Number(range[2]);
    if (last < first || last >= limit) throw new InputError(file, place, `ascending CPUs below ${limit}`, text);
    const before = cpus[cpus.length - 1];
    if (before !== undefined && first <= before) throw new InputError(file, place, 'ascending CPUs, each once', text);
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}
