import { spawnSync } from 'node:child_process';
import { OutsideError } from '../src/input/error.js';
import { MAIN, ROOT } from './built.js';

/** What `cfslab run --json` says that measurements need. */
export interface RunDocument {
  readonly streamHash: string;
  readonly events: number;
  readonly simulatedNs: number;
  readonly wallNs: number;
  readonly peakRssBytes: number;
}

/** Runs one simulation in a process of its own, as a user would. @throws OutsideError where it fails */
export function runInChild(args: readonly string[]): RunDocument {
  return inChild([MAIN, 'run', ...args, '--json']) as RunDocument;
}

/** Runs a TypeScript file of this folder in a process of its own; it prints one JSON document. @throws OutsideError */
export function scriptInChild(file: string, nodeOptions: readonly string[], args: readonly string[]): unknown {
  return inChild([...nodeOptions, '--import', 'tsx', file, ...args]);
}

function inChild(args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new OutsideError(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
