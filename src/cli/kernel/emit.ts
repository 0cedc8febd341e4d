import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../../input/error.js';
import { writeDirectoryAtomic } from '../../input/atomic.js';
import { kindOf } from '../../input/kind.js';
import { emitPolicy } from '../../kernel-validation/emit/index.js';
import { pageOfModel } from '../../kernel-validation/page/index.js';
import { namedPolicy } from '../../kernel-validation/page/named-page.js';
import { namedModel } from '../../policies/models.js';
import { flag, JSON_OPTION, many, text } from '../options.js';
import type { Verb, VerbInput } from '../verb.js';

export const kernelEmitVerb: Verb = {
  help:
    'MODEL is a shipped model or a file of `cfslab train`; POLICY is one as `compare` has it: early-migration:attempts=1, ' +
    'neural-early:model=FILE. What is built in is active from the boot on, with the mode off. Without any, nothing is active ' +
    'until `cfslab kernel push`. Every file carries the hash of what they were made from; the running kernel reports it. ' +
    'The files belong into kernel/sched/cfslab/ of the tree; `cfslab kernel build` puts them there.',
  options: [
    { flags: '--policy <name>', doc: 'the policy, where it is not the argument' },
    { flags: '--param <name=integer>', doc: 'one of its parameters: attempts=1 (may be repeated)', many: true },
    { flags: '--like <model>', doc: 'a model whose shape is to be as quick, when such are pushed (may be repeated)', many: true },
    { flags: '--out <directory>', doc: 'where the files go; a directory that is not there yet, or an emitted one' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const what = named(input);
    const builtin = what === null ? null : namedPolicy(what, 'kernel emit');
    const out = text(input, 'out');
    if (out === undefined) throw new InputError('--out', '', 'a directory', 'nothing');
    refuseForeign(out);
    const { hash, files } = emitPolicy(
      builtin?.page ?? null,
      many(input, 'like').map((name) => pageOfModel(namedModel(name, '--like').model)),
      builtin?.standby ?? null,
    );
    await writeDirectoryAtomic(out, (folder) => {
      for (const { path, text: content } of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
    });
    const model = builtin?.page.hash ?? null;
    if (flag(input, 'json')) io.out(`${JSON.stringify({ hash, builtin: model, files: files.map(({ path }) => path) }, null, 1)}\n`);
    else io.out(`${out}: ${files.length} files, source ${hash}\nbuilt in: ${model === null ? 'nothing' : `${what}, ${model}`}\n`);
    return 0;
  },
};

function named(input: VerbInput): string | null {
  const [argument] = input.args;
  const policy = text(input, 'policy');
  if (argument !== undefined && policy !== undefined) throw new InputError('--policy', '', 'a model or a policy, one of them', `both ${argument} and ${policy}`);
  const params = many(input, 'param');
  const name = argument ?? policy;
  if (params.length === 0) return name ?? null;
  if (name === undefined) throw new InputError('--param', '', 'the policy that it is of', params[0]!);
  return `${name}${name.includes(':') ? ',' : ':'}${params.join(',')}`;
}

/** Only what an emission made is replaced. */
function refuseForeign(out: string): void {
  const kind = kindOf(out);
  if (kind === 'none' || (kind === 'directory' && existsSync(join(out, 'policy', 'source.h')))) return;
  throw new InputError('--out', '', 'a new directory, or one that `kernel emit` made', out);
}
