import { Command, CommanderError, Help, Option } from 'commander';
import { GROUPS, VERBS, type VerbEntry } from './verbs.js';
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
  const commands = new Map(VERBS.map((entry) => [commandAt(program, entry).description(entry.summary), entry]));
  for (const command of new Set([program, ...program.commands, ...commands.keys()])) {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined })
      .configureHelp({ subcommandTerm: (listed) => termOf(listed, commands.get(listed)) })
      .hook('preSubcommand', async (_, asked) => {
        const entry = commands.get(asked);
        if (entry !== undefined) complete(asked, await entry.load(), io, (result) => (code = result));
      });
  }
  try {
    await program.parseAsync(askedHelp(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw new UsageError(usageMessage(error, argv));
  }
  return code;
}

/** `help VERB` as `VERB --help`, and `kernel help VERB` as `kernel VERB --help`: that loads the verb. */
function askedHelp(argv: readonly string[]): readonly string[] {
  const group = argv.slice(0, Object.hasOwn(GROUPS, argv[0] ?? '') ? 1 : 0);
  const [help, ...words] = argv.slice(group.length);
  const verb = [...group, ...words.slice(0, 2 - group.length)];
  const start = [...group, words[0]].join(' ');
  const known = VERBS.some(({ name }) => `${name} `.startsWith(`${start} `));
  return help === 'help' && known ? [...verb, '--help'] : argv;
}

/** The command of a verb of one word or two; the first of two is a group, made where no verb has that name. */
function commandAt(program: Command, { name, args }: VerbEntry): Command {
  const command = name.split(' ').reduce((parent, word) => {
    const known = parent.commands.find((candidate) => candidate.name() === word);
    // What stands after the second word is the option of the verb of two words, though one of the first have it too.
    parent.enablePositionalOptions();
    return known ?? parent.command(word).description(GROUPS[word] ?? '');
  }, program);
  return args === '' ? command : command.arguments(args);
}

/** A verb in a list of verbs: every one has options, though they are not loaded yet. */
function termOf(listed: Command, entry: VerbEntry | undefined): string {
  if (entry === undefined) return new Help().subcommandTerm(listed);
  return [listed.name(), '[options]', entry.args].join(' ').trimEnd();
}

/** Gives the command of a verb what only the verb's own file knows. */
function complete(command: Command, verb: Verb, io: CliIo, done: (code: number) => void): void {
  for (const option of verb.options) command.addOption(optionOf(option.flags, option.doc, option.many === true));
  if (verb.help !== undefined) command.addHelpText('after', `\n${verb.help}`);
  command.action(async () => done(await verb.run(inputOf(command), io)));
}

function optionOf(flags: string, doc: string, repeated: boolean): Option {
  const option = new Option(flags, doc);
  return repeated ? option.argParser((value: string, all: string[] | undefined) => [...(all ?? []), value]) : option;
}

function inputOf(command: Command): VerbInput {
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
