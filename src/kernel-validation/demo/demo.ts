import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { OutsideError } from '../../input/error.js';
import { missingPackages, type Tool } from '../tools.js';
import { installPackages, requireApt, type AptSystem } from './apt.js';
import { demoSteps, type DemoRequest, type DemoStep } from './plan.js';

/** What a demonstration is made with. */
export interface DemoTools {
  readonly apt: AptSystem;
  /** What must be there before anything starts. */
  readonly tools: readonly Tool[];
  /** Runs a command line of cfslab; gives its exit code. */
  readonly cfslab: (argv: readonly string[]) => Promise<number>;
  /** A line for the user, of how far it is. */
  readonly say: (line: string) => void;
  /** Monotonic time, ms. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/**
 * From nothing to a confrontation: says what it will install and installs it, then takes the steps of the plan, one after another.
 *
 * @returns the exit code of the first step that failed, else that of the confrontation
 * @throws OutsideError where something is missing and cannot be installed
 */
export async function runDemo(request: DemoRequest, demo: DemoTools): Promise<number> {
  const start = demo.now();
  await install(demo);
  const steps = demoSteps(request);
  mkdirSync(request.out, { recursive: true });
  let code = 0;
  for (const [i, step] of steps.entries()) {
    demo.say(`[${elapsed(demo.now() - start)}] Step ${i + 1} of ${steps.length}: ${step.title}`);
    demo.say(`  cfslab ${step.argv.join(' ')}`);
    prepare(step);
    code = await demo.cfslab(step.argv);
    const last = i + 1 === steps.length;
    if (code !== 0 && !last) {
      demo.say(`[${elapsed(demo.now() - start)}] Step ${i + 1} ended with code ${code}; the same command takes it up again.`);
      return code;
    }
  }
  demo.say(`[${elapsed(demo.now() - start)}] Done. All of it is in ${request.out}`);
  return code;
}

async function install({ apt, tools, say, signal }: DemoTools): Promise<void> {
  const packages = missingPackages(tools);
  if (packages.length === 0) {
    say('All Debian packages that this needs are installed.');
    return;
  }
  const access = await requireApt(packages, apt);
  say(`This will install ${packages.length} Debian packages with apt-get: ${packages.join(' ')}`);
  await installPackages(packages, access, apt, { onLine: (line) => say(`  ${line}`), ...(signal === undefined ? {} : { signal }) });
  const left = missingPackages(tools);
  if (left.length > 0) throw new OutsideError(`apt-get has installed ${left.join(', ')}, and what they should hold is not there`);
}

function prepare({ files, remove }: DemoStep): void {
  for (const path of remove) rmSync(path, { recursive: true, force: true });
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** `12:07` */
function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
