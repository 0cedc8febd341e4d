import { describe, expect, it } from 'vitest';
import { findServices } from '../../../../src/workloads/replay/infer/services.js';
import { CLIENTS, made, OTHER, tasks, US, WORKERS, type Made } from '../support/service.js';

const requests = (it: Made, roster = tasks()): number => findServices(it.blocks, roster).reduce((sum, found) => sum + found.requests.length, 0);

describe('findServices', () => {
  it('tells clients, workers and requests by who wakes whom', () => {
    const it = made();
    const [found, ...more] = findServices(it.blocks, tasks());
    expect(more).toEqual([]);
    expect(found!.clients).toEqual(CLIENTS);
    expect([...found!.workers].sort((a, b) => a - b)).toEqual(WORKERS);
    // The round that the recording ends in is not over.
    expect(found!.requests.length).toBe(19 * CLIENTS.length);
    for (const { answer, put } of found!.requests) {
      expect(WORKERS).toContain(answer.waker);
      if (put < 0) continue;
      expect(it.log.task[put]).toBe(answer.task);
      expect(put).toBeLessThan(answer.row);
    }
    const seen = found!.requests.filter(({ put }) => put >= 0).length;
    expect(seen).toBe([...Array(19).keys()].filter((n) => n % 3 !== 0).length * CLIENTS.length);
  });

  it('takes the longest wait of a round for that of the answer, and shorter ones for a lock', () => {
    const it = made({ lock: (_client, n) => n % 4 === 1 });
    const [found] = findServices(it.blocks, tasks());
    for (const { answer } of found!.requests) expect(answer.ns).toBe(120 * US);
    expect(found!.locks.filter(({ ns }) => ns === 5 * US).length).toBe(5 * CLIENTS.length);
  });

  it.each([
    ['a worker of its own each', made({ worker: (client) => WORKERS[client % 3]! })],
    ['one worker for all', made({ worker: () => WORKERS[0]! })],
    ['too few rounds', made({ rounds: 6 })],
  ])('finds none where there is %s', (_, it) => {
    expect(requests(it)).toBe(0);
  });

  it('finds them among tasks that were there before, by who wakes whom: two services are two', () => {
    const orphans = Object.fromEntries([...CLIENTS, ...WORKERS, OTHER].map((task) => [task, -1]));
    const it = made();
    expect(findServices(it.blocks, tasks(orphans))).toEqual(findServices(it.blocks, tasks()));
    const beyond = (task: number): number => (task < 0 ? task : task + 10);
    const twice = [...it.blocks, ...it.blocks.map((block) => ({ ...block, task: beyond(block.task), waker: beyond(block.waker) }))];
    const roster = { parent: Array.from({ length: 20 }, () => -1) } as unknown as ReturnType<typeof tasks>;
    const found = findServices(twice, roster);
    expect(found.map(({ clients }) => clients)).toEqual([CLIENTS, CLIENTS.map(beyond)]);
    expect(found.map(({ requests }) => requests.length)).toEqual([19 * CLIENTS.length, 19 * CLIENTS.length]);
  });

  it('finds none among the children of different parents, or where others wake the workers', () => {
    expect(requests(made(), tasks({ 6: 200, 7: 200, 8: 200 }))).toBe(0);
    const it = made();
    const strange = it.blocks.map((block, at) => (WORKERS.includes(block.task) && at % 4 === 0 ? { ...block, waker: OTHER } : block));
    expect(findServices(strange, tasks({ 9: 300 }))).toEqual([]);
  });
});
