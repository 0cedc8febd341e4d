import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { runProcess } from '../../src/kernel-validation/run-process.js';

const folder = mkdtempSync(join(tmpdir(), 'process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a process', () => {
  it('gives its exit code, its lines and a log', async () => {
    const log = join(folder, 'log');
    const lines: string[] = [];
    const end = await runProcess(['sh', '-c', 'echo one; echo two >&2; printf three; exit 7'], { log, onLine: (line) => lines.push(line) });
    expect(end).toEqual({ code: 7, timedOut: false, lastLines: lines });
    // The two streams are two pipes: the order between them is open.
    expect([...lines].sort((a, b) => (a < b ? -1 : 1))).toEqual(['one', 'three', 'two']);
    expect(readFileSync(log, 'utf8')).toHaveLength('one\ntwo\nthree'.length);
  });

  it('reads nothing from the terminal, and gets the environment and folder that were given', async () => {
    const end = await runProcess(['sh', '-c', 'cat; echo $X; pwd'], { env: { X: 'y', PATH: process.env['PATH'] }, cwd: '/' });
    expect(end.lastLines).toEqual(['y', '/']);
  });

  it('that ends by a signal has 128 more than its number; one that does not exist has 127', async () => {
    expect((await runProcess(['sh', '-c', 'kill -KILL $$'])).code).toBe(137);
    expect((await runProcess(['no-such-program-at-all'])).code).toBe(127);
  });

  it('leaves nothing behind when it ends', async () => {
    const { lastLines } = await runProcess(['sh', '-c', 'sleep 1000 & echo $!']);
    expect(await isGone(Number(lastLines[0]))).toBe(true);
  });

  it('that hangs is ended at its time limit, with all that it started', async () => {
    const end = await runProcess(['sh', '-c', 'trap "" TERM; sleep 1000 & echo $!; wait; wait; sleep 1000'], { timeoutMs: 200 });
    expect(end.timedOut).toBe(true);
    expect(end.code).toBe(137);
    expect(await isGone(Number(end.lastLines[0]))).toBe(true);
  });

  it('is ended on abort', async () => {
    const controller = new AbortController();
    let pid = 0;
    const run = runProcess(['sh', '-c', 'sleep 1000 & echo $!; wait'], {
      signal: controller.signal,
      onLine: (line) => {
        pid = Number(line);
        controller.abort();
      },
    });
    await expect(run).rejects.toThrow('interrupted');
    expect(pid).toBeGreaterThan(0);
    expect(await isGone(pid)).toBe(true);
    await expect(runProcess(['true'], { signal: controller.signal })).rejects.toThrow('interrupted');
  });

  it('is ended where its log cannot be written', async () => {
    await expect(runProcess(['sh', '-c', 'echo x; sleep 1000'], { log: '/dev/full' })).rejects.toThrow('ENOSPC');
  });

  it('dies with the process that started it, however that ends', async () => {
    const file = join(folder, 'victim.mts');
    writeFileSync(
      file,
      `import { runProcess } from ${JSON.stringify(new URL('../../src/kernel-validation/run-process.ts', import.meta.url).href)};
      await runProcess(['sh', '-c', 'sleep 1000 & echo $$ $!; wait'], { onLine: (line) => process.stdout.write(line) });`,
    );
    const victim = spawn(process.execPath, ['--import', 'tsx', file], { cwd: process.cwd(), stdio: ['ignore', 'pipe', 'inherit'] });
    const pids = String(await new Promise((next) => victim.stdout.once('data', next))).split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    victim.kill('SIGKILL');
    await new Promise((next) => victim.once('close', next));
    expect(await Promise.all(pids.map(isGone))).toEqual([true, true]);
  });
});

/** A process that was killed closes its files, by which its end is known, a moment before it is gone: up to 10 s on a busy machine. */
async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; isAlive(pid) && tries < 500; tries++) await sleep(20);
  return !isAlive(pid);
}

/** A process that has ended and that nobody has waited for yet counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
