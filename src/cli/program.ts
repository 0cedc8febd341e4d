import { Command, CommanderError, Option } from 'commander';
import { VERBS } from './verbs.js';
import type { CliIo, Verb, VerbInput } from './verb.js';

/** Why the arguments could not be understood, in one line; or, with `help`, what was asked for. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Finds the verb that the arguments ask for and runs it. The one door to commander.
 *
 * @param argv arguments without the program's own
 * @returns the exit code
 * @throws UsageError where the arguments make no sense, and whatever the verb throws
 */
export async function dispatch(argv: readonly string[], version: string, io: CliIo): Promise<number> {
  let code = 0;
  const program = new Command('cfslab')
    .description('A deterministic simulator of the Linux CFS scheduler, with a test bench for load-balancing policies.')
    .version(version)
    .helpCommand('help [verb]', 'show the help of a verb');
  const commands = VERBS.map((verb) => {
    const command = program.command(`${verb.name} ${verb.args}`.trim()).description(verb.summary);
    for (const option of verb.options) command.addOption(optionOf(option.flags, option.doc, option.many === true));
    if (verb.help !== undefined) command.addHelpText('after', `\n${verb.help}`);
    return command.action(async () => {
      code = await verb.run(inputOf(verb, command), io);
    });
  });
  for (const command of [program, ...commands]) {
    command.exitOverride().configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw new UsageError(usageMessage(error, argv));
  }
  return code;
}

function optionOf(flags: string, doc: string, repeated: boolean): Option {
  const option = new Option(flags, doc);
  return repeated ? option.argParser((value: string, all: string[] | undefined) => [...(all ?? []), value]) : option;
}

function inputOf(verb: Verb, command: Command): VerbInput {
  const options: Record<string, string | boolean | readonly string[] | undefined> = {};
  for (const option of command.options) {
    const key = option.attributeName();
    options[option.long!.replace(/^--/, '')] = command.opts<Record<string, string | boolean | string[]>>()[key];
  }
  return { args: command.args, options };
}

function usageMessage(error: CommanderError, argv: readonly string[]): string {
  if (error.code === 'commander.help') return `expected a verb; "cfslab --help" lists them`;
  const verb = VERBS.find(({ name }) => argv.includes(name));
  const more = verb === undefined ? 'cfslab --help' : `cfslab ${verb.name} --help`;
  return `${error.message.replace(/^error: /, '').replace(/\s+/g, ' ')} (see "${more}")`;
}
