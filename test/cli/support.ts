import { runCli } from '../../src/cli/run-cli.js';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function cli(...args: readonly string[]): Promise<Outcome> {
  let [out, err] = ['', ''];
  const code = await runCli(args, { out: (text) => void (out += text), err: (text) => void (err += text), terminal: false });
  return { code, out, err };
}
