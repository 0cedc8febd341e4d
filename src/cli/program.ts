import { Command, CommanderError, Option } from 'commander';
import { GROUPS, VERBS } from './verbs.js';
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
    .helpCommand('help [verb]', 'show the help of a verb')
    .enablePositionalOptions();
  const commands = VERBS.map((verb) => {
    const words = verb.name.split(' ');
    const command = commandAt(program, words).description(verb.summary);
    if (verb.args !== '') command.arguments(verb.args);
    for (const option of verb.options) command.addOption(optionOf(option.flags, option.doc, option.many === true));
    if (verb.help !== undefined) command.addHelpText('after', `\n${verb.help}`);
    return command.action(async () => {
      code = await verb.run(inputOf(verb, command), io);
    });
  });
  for (const command of [program, ...program.commands, ...commands]) {
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

/** The command of a verb of one word or two; the first of two is a group, made where no verb has that name. */
function commandAt(program: Command, words: readonly string[]): Command {
  return words.reduce((parent, word) => {
    const known = parent.commands.find((command) => command.name() === word);
    // What stands after the second word is the option of the verb of two words, though one of the first have it too.
    parent.enablePositionalOptions();
    return known ?? parent.command(word).description(GROUPS[word] ?? '');
  }, program);
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
  // The longest name that was given: of `sweep` and `sweep query`, the second.
  const given = ` ${argv.join(' ')} `;
  const verb = VERBS.filter(({ name }) => given.includes(` ${name} `)).sort((a, b) => b.name.length - a.name.length)[0];
  const more = verb === undefined ? 'cfslab --help' : `cfslab ${verb.name} --help`;
  return `${error.message.replace(/^error: /, '').replace(/\s+/g, ' ')} (see "${more}")`;
}
