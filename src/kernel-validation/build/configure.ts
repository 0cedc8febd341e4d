import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../input/atomic.js';
import { InputError, OutsideError } from '../../input/error.js';
import { readTextFile } from '../../input/json.js';
import { packageRoot } from '../../input/package-root.js';
import { runProcess } from '../run-process.js';
import { unmetOptions } from './config-text.js';
import { CONFIG_PACKAGE, DISTRO_CONFIG } from './kernel-tools.js';
import { make, type MakeOptions } from './make.js';

/** Which kernel is built: that of the laboratory, or one for a machine that has a configuration. */
export type ConfigRequest =
  | { readonly kind: 'lab' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'distro' };

/** What a configuration is made from. */
export interface ConfigInputs {
  /** What we ask on top of `allnoconfig` is whole; on top of somebody's configuration it is ours alone. */
  readonly base: 'allnoconfig' | 'given';
  /** The configuration that was given; empty on top of `allnoconfig`. */
  readonly given: string;
  /** Our options, each of which has to be so in the end. */
  readonly asked: string;
}

const MAX_CONFIG_BYTES = 4 * 2 ** 20;

/** Reads what a configuration is made from. @throws InputError, or OutsideError where Debian's is not there */
export async function readConfigInputs(request: ConfigRequest): Promise<ConfigInputs> {
  const fragment = (name: string): string => readFileSync(join(packageRoot(), 'kernel-validation/config', name), 'utf8');
  switch (request.kind) {
    case 'lab':
      return { base: 'allnoconfig', given: '', asked: fragment('lab.config') };
    case 'file': {
      const given = readTextFile(request.path, MAX_CONFIG_BYTES);
      if (!/^CONFIG_\w+=/m.test(given)) throw new InputError(request.path, '', 'a kernel configuration', 'no CONFIG_… in it');
      return { base: 'given', given, asked: fragment('machine.config') };
    }
    case 'distro':
      return { base: 'given', given: await distroConfig(), asked: fragment('machine.config') };
  }
}

/** The configuration of Debian's usual kernel for this architecture. */
async function distroConfig(): Promise<string> {
  if (!existsSync(DISTRO_CONFIG)) {
    throw new OutsideError(
      `--distro needs Debian's configuration: apt-get install --no-install-recommends ${CONFIG_PACKAGE}, or --config /boot/config-…`,
    );
  }
  const lines: string[] = [];
  const { code } = await runProcess(['xz', '-dc', DISTRO_CONFIG], { onLine: (line) => lines.push(line) });
  if (code !== 0) throw new OutsideError(`${DISTRO_CONFIG}: cannot be unpacked`);
  return `${lines.join('\n')}\n`;
}

/** What make has been configured with last. */
const KEY_FILE = '.cfslab-configured';

/**
 * Configures a workspace, where it is not so already, and checks that every option that was asked for is really set.
 *
 * @param key what the configuration hangs on: its inputs, the compiler, the options that the change adds
 * @throws OutsideError where make fails, or naming the options that could not be had
 */
export async function configure(inputs: ConfigInputs, key: string, options: MakeOptions): Promise<string> {
  const { objects } = options.workspace;
  const config = join(objects, '.config');
  const keyFile = join(objects, KEY_FILE);
  if (!existsSync(config) || !existsSync(keyFile) || readFileSync(keyFile, 'utf8') !== key) {
    mkdirSync(objects, { recursive: true });
    if (inputs.base === 'allnoconfig') await make(['allnoconfig'], options);
    const base = inputs.base === 'allnoconfig' ? readFileSync(config, 'utf8') : inputs.given;
    // Of an option that is named twice Kconfig takes the last.
    writeFileSync(config, `${base}\n${inputs.asked}`);
    await make(['olddefconfig'], options);
    refuseUnmet(inputs, readFileSync(config, 'utf8'));
    writeFileAtomic(keyFile, key);
  }
  return readFileSync(config, 'utf8');
}

function refuseUnmet(inputs: ConfigInputs, actual: string): void {
  const unmet = unmetOptions(inputs.asked, actual);
  if (unmet.length === 0) return;
  const more = unmet.length > 5 ? ` and ${unmet.length - 5} more` : '';
  throw new OutsideError(`the kernel cannot be configured as it has to be: ${unmet.slice(0, 5).join(', ')}${more}`);
}
