import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutsideError } from '../../../src/input/error.js';
import { buildKernel, type BuildRequest } from '../../../src/kernel-validation/build/index.js';
import { openSource } from '../../../src/kernel-validation/build/source.js';
import { removeDoubtful } from '../../../src/kernel-validation/build/workspace.js';
import { program } from '../../../src/kernel-validation/tools.js';
import { changeOf, contentsOf, makeTree } from '../install/stand-in.js';
import { fakeMake, type Mode } from './fake-make.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  makeTree(join(folder, 'source'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const later = changeOf({ files: { 'ours.h': '#define OURS 2\n', Kconfig: '# of another policy\nconfig OURS\n' } });

function request(mode: Mode = 'whole', more: Partial<BuildRequest> = {}): BuildRequest {
  return {
    source: join(folder, 'source'),
    config: { kind: 'lab' },
    root: join(folder, 'cache'),
    tools: [],
    makeProgram: fakeMake(join(folder, 'bin'), mode),
    change: changeOf(),
    ...more,
  };
}

function calls(): string[] {
  return existsSync(join(folder, 'bin/calls')) ? readFileSync(join(folder, 'bin/calls'), 'utf8').trim().split('\n') : [];
}

function kernels(): string[] {
  return existsSync(join(folder, 'cache/kernel')) ? readdirSync(join(folder, 'cache/kernel')) : [];
}

describe('a build', () => {
  it('gives a kernel with its configuration, symbols and hashes, and says how far it is', async () => {
    const phases: string[] = [];
    const progress: Array<[number, number]> = [];
    const before = contentsOf(join(folder, 'source'));
    const kernel = await buildKernel(request('whole', {
      onPhase: (what) => phases.push(what), onProgress: (done, total) => progress.push([done, total]),
    }));
    expect(kernel).toMatchObject({ kernel: 'Linux 6.1.9', version: '6.1.9-cfslab', cached: false, packages: [] });
    expect(readFileSync(kernel.configFile, 'utf8')).toContain('CONFIG_CFSLAB_TRACE=y');
    expect(Object.keys(kernel.files)).toEqual(['bzImage', 'config', 'System.map']);
    expect(readFileSync(kernel.systemMap, 'utf8')).toBe('cfslab 2026-01-01 00:00:00 UTC \n');
    expect(phases).toEqual(['copying the source', 'configuring', 'compiling', 'copying what was made']);
    expect(progress.map(([done]) => done)).toEqual([1, 2]);
    expect(progress.every(([done, total]) => done <= total)).toBe(true);
    expect(contentsOf(join(folder, 'source'))).toEqual(before);
  });

  it('is done once', async () => {
    const first = await buildKernel(request());
    const made = calls().length;
    expect(await buildKernel(request())).toEqual({ ...first, cached: true });
    expect(calls()).toHaveLength(made);
  });

  it('gives the same bytes in another place', async () => {
    const first = await buildKernel(request());
    const other = await buildKernel(request('whole', { root: join(folder, 'other') }));
    expect(other.files).toEqual(first.files);
  });

  it('after a change of the policy keeps source, configuration and objects', async () => {
    const first = await buildKernel(request());
    const work = join(folder, 'cache/kernel-work');
    const tree = join(work, readdirSync(work)[0]!, 'tree');
    writeFileSync(join(tree, 'mark'), '');
    const second = await buildKernel(request('whole', { change: later }));
    expect(second.files['bzImage']).not.toBe(first.files['bzImage']);
    expect(existsSync(join(tree, 'mark'))).toBe(true);
    expect(calls().filter((target) => target === 'allnoconfig')).toHaveLength(1);
    // And back again: that one is still there.
    expect(await buildKernel(request())).toEqual({ ...first, cached: true });
  });

  it('takes a tarball too', async () => {
    spawnSync('tar', ['-C', folder, '-cJf', join(folder, 'source.tar.xz'), 'source']);
    const kernel = await buildKernel(request('whole', { source: join(folder, 'source.tar.xz') }));
    expect(kernel.files['bzImage']).toBe((await buildKernel(request())).files['bzImage']);
  });

  it('of a machine’s configuration gives packages', async () => {
    writeFileSync(join(folder, 'config'), 'CONFIG_MINE=y\n');
    const kernel = await buildKernel(request('whole', { config: { kind: 'file', path: join(folder, 'config') } }));
    expect(kernel.packages.map((path) => path.split('/').at(-1))).toEqual(['linux-image-6.1.9-cfslab_1_amd64.deb']);
    expect(readFileSync(kernel.packages[0]!, 'utf8')).toBe('packed -d bookworm\n');
    expect(readFileSync(kernel.configFile, 'utf8')).toMatch(/CONFIG_MINE=y[^]*CONFIG_ML_FORCE_MIGRATIONS=y/);
  });
});

describe('a build that fails', () => {
  it('says why in one line, names the log, and leaves nothing that reads as whole', async () => {
    const failing = buildKernel(request('fail'));
    await expect(failing).rejects.toThrow(OutsideError);
    await expect(failing).rejects.toThrow(/^make bzImage failed with code 2: one\.c:3:1: error: expected a semicolon \(all of it: .*\.log\)$/);
    expect(kernels()).toEqual([]);
    const log = /all of it: (.*)\)$/.exec(await failing.catch((error: Error) => error.message) as string)![1]!;
    expect(readFileSync(log, 'utf8')).toContain('Error 1');
    expect((await buildKernel(request())).cached).toBe(false);
    expect(kernels()).toHaveLength(1);
  });

  it('of a full disk says that', async () => {
    await expect(buildKernel(request('full'))).rejects.toThrow('No space left on device');
  });

  it('because an option cannot be had names it, and does not take it for configured the next time', async () => {
    for (let times = 0; times < 2; times++) {
      await expect(buildKernel(request('drop'))).rejects.toThrow('the kernel cannot be configured as it has to be: CONFIG_SMP=y (is n)');
    }
    await buildKernel(request());
  });

  it('for want of tools or of a source does so before anything starts', async () => {
    await expect(buildKernel(request('whole', { tools: [program('a-package', 'no-such-program')] }))).rejects.toThrow('a-package');
    await expect(buildKernel(request('whole', { source: join(folder, 'nowhere') }))).rejects.toThrow('--source: expected a kernel tree');
    await expect(openSource(undefined, join(folder, 'nowhere'))).rejects.toThrow('apt-get install --no-install-recommends linux-source-6.1');
    const wrong = { kind: 'file', path: join(folder, 'source/Makefile') } as const;
    await expect(buildKernel(request('whole', { config: wrong }))).rejects.toThrow('a kernel configuration');
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  it('because the tree is not known leaves no kernel', async () => {
    writeFileSync(join(folder, 'source/kernel/two.c'), '');
    await expect(buildKernel(request())).rejects.toThrow('expected to find it exactly once');
    expect(kernels()).toEqual([]);
  });
});

describe('a build that is broken off', () => {
  const pids = async (): Promise<number[]> => {
    const file = join(folder, 'bin/pids');
    for (let tries = 0; !existsSync(file); tries++) {
      expect(tries).toBeLessThan(2000);
      await sleep(10);
    }
    return readFileSync(file, 'utf8').trim().split(' ').map(Number);
  };
  const allGone = async (all: readonly number[]): Promise<void> => {
    for (let tries = 0; all.some(isAlive) && tries < 500; tries++) await sleep(20);
    expect(all.filter(isAlive)).toEqual([]);
  };

  it('leaves no process and no kernel, and the next one is right', async () => {
    const controller = new AbortController();
    const broken = buildKernel(request('hang', { signal: controller.signal }));
    const all = await pids();
    controller.abort();
    await expect(broken).rejects.toThrow('interrupted');
    await allGone(all);
    expect(kernels()).toEqual([]);
    const kernel = await buildKernel(request());
    const fresh = await buildKernel(request('whole', { root: join(folder, 'other') }));
    expect(kernel.files).toEqual(fresh.files);
  });

  it('by SIGKILL does so too', async () => {
    const source = (path: string): string => JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href);
    const file = join(folder, 'victim.mts');
    const { change, ...plain } = request('hang');
    const written = { ...change!, files: [...change!.files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]) };
    writeFileSync(file, `
      import { buildKernel } from ${source('kernel-validation/build/index.ts')};
      const change = ${JSON.stringify(written)};
      await buildKernel({ ...${JSON.stringify(plain)}, change: { ...change, files: new Map(change.files.map(([n, t]) => [n, Buffer.from(t)])) } });`);
    const victim = spawn(process.execPath, ['--import', 'tsx', file], { cwd: process.cwd(), stdio: 'inherit' });
    const all = await pids();
    victim.kill('SIGKILL');
    await new Promise((next) => victim.once('close', next));
    await allGone(all);
    const kernel = await buildKernel(request());
    const fresh = await buildKernel(request('whole', { root: join(folder, 'other') }));
    expect(kernel.files).toEqual(fresh.files);
    expect(kernels()).toHaveLength(1);
  });

  it('has what was written last taken out, and nothing else', () => {
    const objects = join(folder, 'objects');
    for (const name of ['kernel', 'include/config', 'include/generated']) mkdirSync(join(objects, name), { recursive: true });
    const write = (name: string, seconds: number): void => {
      writeFileSync(join(objects, name), '');
      utimesSync(join(objects, name), seconds, seconds);
    };
    write('kernel/old.o', 1000);
    write('kernel/late.o', 1900);
    write('kernel/last.o', 2000);
    expect(removeDoubtful(objects)).toBe(0);
    write('.cfslab-running', 500);
    expect(removeDoubtful(objects)).toBe(2);
    expect(readdirSync(objects, { recursive: true })).toEqual(['include', 'kernel', 'include/config', 'include/generated', 'kernel/old.o']);
    expect(removeDoubtful(objects)).toBe(0);
  });

  it('keeps what it was configured with, or all of it would be compiled again', () => {
    const objects = join(folder, 'objects');
    const kept = ['.config', 'include/config/auto.conf', 'include/config/SMP', 'include/generated/autoconf.h'];
    for (const name of [...kept, 'include/config.o', '.cfslab-running']) {
      mkdirSync(dirname(join(objects, name)), { recursive: true });
      writeFileSync(join(objects, name), '');
    }
    expect(removeDoubtful(objects)).toBe(1);
    for (const name of kept) expect(existsSync(join(objects, name))).toBe(true);
  });
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
