import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cached, cachedEntry, cacheKey, cacheLock, cacheRoot } from '../cache.js';
import type { Emitted } from '../emit/index.js';
import { sha256OfFile } from '../file-hash.js';
import { readChange, type Change } from '../install/change.js';
import { install } from '../install/install.js';
import { withLock } from '../lock.js';
import { runProcess } from '../run-process.js';
import { requireTools, type Tool } from '../tools.js';
import { configure, readConfigInputs, type ConfigInputs, type ConfigRequest } from './configure.js';
import { FileCounter } from './file-counter.js';
import { CONFIG_TOOL, KERNEL_TOOLS, PACKAGE_TOOLS, SOURCE_TOOL } from './kernel-tools.js';
import { make, type MakeOptions } from './make.js';
import { readKernel, writeFacts, type BuiltKernel } from './product.js';
import { openSource, type Source } from './source.js';
import { buildingIn, ensureTree, workspaceOf } from './workspace.js';

export type { ConfigRequest } from './configure.js';
export type { BuiltKernel } from './product.js';

export interface BuildRequest {
  /** A kernel tree or a tarball; Debian's linux-source-6.1 otherwise. */
  readonly source?: string;
  /** The policy that is built in; without one, there is none until one is pushed. */
  readonly policy?: Emitted;
  readonly config: ConfigRequest;
  /** Compilers at once; one for each CPU otherwise. */
  readonly jobs?: number;
  /** The cache; the user's otherwise. */
  readonly root?: string;
  readonly signal?: AbortSignal;
  /** Called as each part of the work begins. */
  readonly onPhase?: (what: string) => void;
  /** Called with the files made so far and how many there will be, as far as can be told. */
  readonly onProgress?: (done: number, total: number) => void;
  /** For tests: what has to be there, what is called instead of make, and what is installed. */
  readonly tools?: readonly Tool[];
  readonly makeProgram?: string;
  readonly change?: Change;
}

/** Changes with whatever this code does to a kernel beside its inputs. */
const RECIPE = 1;

/**
 * The kernel that was asked for, from the cache or built now. The same inputs give the same bytes, and a kernel that is given is
 * whole. Source and objects stay, so that the next build compiles only what has changed.
 *
 * @throws OutsideError where a tool, the source, the disk or the compiler fails, in one line that names the log; InputError
 * where what was named cannot be taken; StoppedError on abort
 */
export async function buildKernel(request: BuildRequest): Promise<BuiltKernel> {
  const wantsPackages = request.config.kind !== 'lab';
  requireTools('building a kernel', request.tools ?? toolsFor(request));
  const source = await openSource(request.source);
  const root = request.root ?? cacheRoot();
  const change = request.change ?? readChange(request.policy);
  const inputs = await readConfigInputs(request.config);
  const compiler = await compilerOf();
  const configuration = cacheKey({ ...inputs, compiler, kconfig: kconfigOf(change), recipe: RECIPE });
  const key = cacheKey({ source: source.hash, change: change.hash, configuration, packages: wantsPackages });
  const there = cachedEntry('kernel', key, root);
  if (there !== undefined) return readKernel(there, true);
  const directory = await cached('kernel', key, async (into) => {
    const workspace = workspaceOf(root, source, configuration);
    const log = startLog(root, key);
    const options: MakeOptions = {
      workspace, log, jobs: request.jobs ?? availableParallelism(), program: request.makeProgram ?? 'make', ...abortable(request),
    };
    const work = (): Promise<void> => build(request, { source, change, inputs, configuration, compiler, wantsPackages }, options, into);
    const onWait = (): void => request.onPhase?.('waiting for another build of the same source');
    await withLock(cacheLock('kernel-work', basename(dirname(workspace.tree)), root), work, { onWait, ...abortable(request) });
  }, { root, onWait: () => request.onPhase?.('waiting for another build of the same kernel'), ...abortable(request) });
  return readKernel(directory, false);
}

/** All that a build needs, its source and its configuration included where Debian's are to be taken. */
function toolsFor({ source, config }: BuildRequest): Tool[] {
  return [
    ...KERNEL_TOOLS,
    ...(source === undefined ? [SOURCE_TOOL] : []),
    ...(config.kind === 'lab' ? [] : PACKAGE_TOOLS),
    ...(config.kind === 'distro' ? [CONFIG_TOOL] : []),
  ];
}

interface Plan {
  readonly source: Source;
  readonly change: Change;
  readonly inputs: ConfigInputs;
  readonly configuration: string;
  readonly compiler: string;
  readonly wantsPackages: boolean;
}

async function build(request: BuildRequest, plan: Plan, options: MakeOptions, into: string): Promise<void> {
  const { source, change } = plan;
  const { workspace, log, signal } = options;
  if (!existsSync(workspace.tree)) request.onPhase?.(source.kind === 'tarball' ? 'unpacking the source' : 'copying the source');
  await ensureTree(workspace, source, log, signal);
  const { release } = await install(workspace.tree, change);
  await buildingIn(workspace, async () => {
    request.onPhase?.('configuring');
    const config = await configure(plan.inputs, plan.configuration, options);
    const counter = new FileCounter(workspace.objects, config, request.onProgress ?? ((): void => undefined));
    removePackages(workspace.objects);
    request.onPhase?.(plan.wantsPackages ? 'compiling, and making packages' : 'compiling');
    const targets = plan.wantsPackages ? ['bindeb-pkg'] : ['bzImage'];
    await make(targets, { ...options, onLine: (line) => counter.line(line) });
    counter.finish();
  });
  request.onPhase?.('copying what was made');
  const version = (await make(['-s', 'kernelrelease'], options)).lastLines.at(-1) ?? '';
  const products = new Map([
    ['bzImage', join(workspace.objects, 'arch/x86/boot/bzImage')],
    ['config', join(workspace.objects, '.config')],
    ['System.map', join(workspace.objects, 'System.map')],
    ...packagesOf(workspace.objects).filter(isWanted).map((path) => [basename(path), path] as const),
  ]);
  const hashes: Record<string, string> = {};
  for (const [name, path] of products) {
    await copyFile(path, join(into, name));
    hashes[name] = await sha256OfFile(join(into, name));
  }
  writeFacts(into, {
    schema: 1, kernel: release, version, source: source.hash, change: change.hash, policy: change.policy,
    config: request.config.kind, compiler: plan.compiler, files: hashes,
  });
}

function abortable({ signal }: { readonly signal?: AbortSignal }): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** The log of a build; that of the one before makes way. */
function startLog(root: string, key: string): string {
  const folder = join(root, 'logs');
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `kernel-${key.slice(0, 16)}.log`);
  writeFileSync(log, '');
  return log;
}

/** What compiles: another compiler makes another kernel. */
async function compilerOf(): Promise<string> {
  const lines: string[] = [];
  for (const argv of [['gcc', '--version'], ['ld', '--version']]) {
    const own: string[] = [];
    await runProcess(argv, { onLine: (line) => own.push(line) });
    lines.push(own[0] ?? '');
  }
  return lines.join('; ');
}

/** The options that the change adds, without comments: where they change, the kernel is configured anew. */
function kconfigOf(change: Change): string {
  const files = [...change.files].filter(([name]) => basename(name) === 'Kconfig');
  return files.map(([, bytes]) => Buffer.from(bytes).toString().replace(/^#.*\n?/gm, '')).join('\n');
}

/** make puts packages beside its objects. */
function packagesOf(objects: string): string[] {
  const folder = dirname(objects);
  const names = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  return names.sort((a, b) => (a < b ? -1 : 1)).map((name) => join(folder, name));
}

/** The headers of the C library are the distribution's affair. */
function isWanted(path: string): boolean {
  return /^linux-(image|headers)-/.test(basename(path));
}

function removePackages(objects: string): void {
  for (const path of packagesOf(objects)) rmSync(path);
}
