import { describe, expect, it } from 'vitest';
import { FilesInStep } from '../../../src/bundle/collect/files-in-step.js';

/** Reads made-up files piece by piece: each is a list of the times that a piece gets to. */
async function readAll(files: readonly (readonly number[])[], failAt?: number): Promise<string[]> {
  const log: string[] = [];
  const reached = files.map(() => -Infinity);
  const step = new FilesInStep(files.map((_, file) => `none-${file}`), (file) => reached[file]!, {});
  const read = async (times: readonly number[], file: number): Promise<void> => {
    const gate = step.gateOf(file);
    try {
      for (const time of times) {
        await gate(0, 0);
        if (time === failAt) throw new Error('damaged');
        reached[file] = time;
        log.push(`${file}:${time}`);
      }
      step.done(file);
    } catch (error) {
      step.done(file, error);
      throw error;
    }
  };
  const outcomes = await Promise.allSettled(files.map(read));
  for (const outcome of outcomes) if (outcome.status === 'rejected') log.push((outcome.reason as Error).message);
  return log;
}

describe('FilesInStep', () => {
  it('lets the file go on that has got least far', async () => {
    const log = await readAll([[10, 20, 30], [15, 16, 40], [5]]);
    expect(log).toEqual(['0:10', '1:15', '2:5', '0:20', '1:16', '1:40', '0:30']);
  });

  it('reads one file, or none, straight on', async () => {
    expect(await readAll([[3, 2, 1]])).toEqual(['0:3', '0:2', '0:1']);
    expect(await readAll([])).toEqual([]);
    expect(await readAll([[], [1]])).toEqual(['1:1']);
  });

  it('stops all where one fails', async () => {
    const log = await readAll([[10, 20, 30], [15, 25, 35]], 25);
    expect(log.filter((line) => line === 'damaged').length).toBe(2);
    expect(log).not.toContain('0:30');
  });

  it('stops where the signal is aborted, and says how far it is', () => {
    const controller = new AbortController();
    const seen: number[][] = [];
    const onProgress = (...bytes: number[]): void => void seen.push(bytes);
    const step = new FilesInStep(['none'], () => 0, { signal: controller.signal, onProgress });
    const gate = step.gateOf(0);
    expect(gate(7, 10)).toBeUndefined();
    expect(seen).toEqual([[7, 0]]);
    controller.abort(new Error('stop'));
    expect(() => gate(8, 10)).toThrow('stop');
  });
});
