/** A kernel configuration: every option that it names, with its value; `n` where it says that one is not set. */
export function parseConfig(text: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const set = /^(CONFIG_\w+)=(.*?)\s*$/.exec(line);
    if (set !== null) options.set(set[1]!, set[2]!);
    const unset = /^# (CONFIG_\w+) is not set\s*$/.exec(line);
    if (unset !== null) options.set(unset[1]!, 'n');
  }
  return options;
}

/**
 * What was asked for and is not so: Kconfig silently drops an option whose dependencies do not hold.
 * @returns `CONFIG_X=y (is n)` of each
 */
export function unmetOptions(asked: string, actual: string): string[] {
  const options = parseConfig(actual);
  return [...parseConfig(asked)]
    .map(([name, value]) => ({ name, value, found: options.get(name) ?? 'n' }))
    // An option of text that is not there at all belongs to one that is off.
    .filter(({ value, found }) => found !== value && !(value.startsWith('"') && found === 'n'))
    .map(({ name, value, found }) => `${name}=${value} (is ${found})`);
}
