import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { VERBS } from '../../src/cli/verbs.js';
import { checkScenario } from '../../src/experiment/schema/scenario.js';
import { parseMachine } from '../../src/experiment/schema/profile.js';
import { createPolicy } from '../../src/policies/registry.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'calibration/README.md', 'calibration/captures/README.md', 'examples/README.md', 'docs/FORMATS.md'];
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

const commands = DOCUMENTS.flatMap((document) => commandsOf(read(document)).map((command) => ({ document, command })));

describe('the commands of the documents', () => {
  it('are found', () => {
    expect(commands.length).toBeGreaterThan(20);
  });

  it.each(commands.filter(({ command }) => command.startsWith('npm')))('$document: $command is a script of the package', ({ command }) => {
    const [, first, second] = command.split(' ');
    expect(Object.keys(scripts)).toContain(first === 'run' ? second : first);
  });

  it.each(commands.filter(({ command }) => command.startsWith('node ')))('$document: $command names a script', ({ command }) => {
    const [, script] = command.split(' ');
    expect(script).toMatch(/^scripts\/[\w-]+\.mjs$/);
    expect(existsSync(join(ROOT, script!))).toBe(true);
  });

  it.each(commands.filter(({ command }) => command.startsWith('npx')))('$document: $command has a verb and options that there are', async ({ command }) => {
    const [, program, name, ...rest] = command.split(' ');
    expect(program).toBe('cfslab');
    if (name === 'help') return;
    const verb = VERBS.find((candidate) => candidate.name === name || candidate.name === `${name} ${rest[0]}`);
    expect(verb, `verb ${name}`).toBeDefined();
    const known = (await verb!.load()).options.map(({ flags }) => flags.split(' ')[0]);
    for (const word of rest.filter((text) => text.startsWith('--'))) expect(known).toContain(word);
    const policies = rest[rest.indexOf('--policies') + 1];
    if (rest.includes('--policies')) for (const policy of policies!.split(',')) expect(() => createPolicy(policy)).not.toThrow();
    for (const path of rest.filter((text) => /^(examples|calibration)\//.test(text))) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  it('README.md has the answer of the sweep that docs/sweeps has', async () => {
    const { answerText } = (await import('../../scripts/sweep-answer.mjs' as string)) as { answerText: (results: unknown) => string };
    const results = JSON.parse(read('docs/sweeps/early-migration.json')) as { question: string; answer: string[]; runs: number };
    expect(read('README.md')).toContain(`<!-- sweep-answer -->\n${answerText(results)}<!-- sweep-answer: end -->`);
    const sweep = JSON.parse(read('examples/sweeps/early-migration.json')) as { budget: { runs: number }; scenarios: string[] };
    expect([results.runs <= sweep.budget.runs, results.answer.length > sweep.scenarios.length]).toEqual([true, true]);
    const report = read('docs/sweeps/early-migration.html');
    for (const line of results.answer) expect(report).toContain(line);
  });

  it('print what README.md shows', () => {
    const { stderr, status } = spawnSync(process.execPath, ['scripts/readme-outputs.mjs', '--check'], { cwd: ROOT, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe('the documents', () => {
  it.each(DOCUMENTS)('%s links to what is there', (document) => {
    const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((link) => !/^https?:/.test(link));
    const lost = links.filter((link) => {
      const [path, anchor] = link.split('#') as [string, string | undefined];
      const target = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(lost).toEqual([]);
  });

  it('README.md has a scenario and a machine that are right', () => {
    const blocks = [...read('README.md').matchAll(/```json\n([\s\S]*?)```/g)].map((match) => JSON.parse(match[1]!) as Record<string, unknown>);
    expect(blocks.map(({ name }) => name)).toEqual(['busy-notebook', 'desktop']);
    const scenario = checkScenario(blocks[0], 'README.md');
    for (const policy of scenario.policies!) expect(() => createPolicy(policy)).not.toThrow();
    expect(parseMachine(blocks[1], 'README.md').topology.cpus).toHaveLength(16);
  });

  it('examples/README.md names every example', () => {
    const text = read('examples/README.md');
    const files = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
    expect(files.filter((file) => !text.includes(`](${file.replaceAll('\\', '/')})`))).toEqual([]);
  });

  it('ARCHITECTURE.md names files and folders that there are', () => {
    const names = [...read('ARCHITECTURE.md').matchAll(/`((?:src|test|bench|scripts|calibration|docs|examples)\/[\w./-]*)`/g)].map((match) => match[1]!);
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });

  it('LICENSE is the second version of the GPL, as package.json says', () => {
    expect(read('LICENSE')).toMatch(/GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991/);
    expect((JSON.parse(read('package.json')) as { license: string }).license).toBe('GPL-2.0-only');
  });

  it('name no path of a machine', () => {
    const pattern = new RegExp(`(^|["'\`(\\s])/(${['home', 'work', 'root', 'Users', 'tmp'].join('|')})/`);
    expect(DOCUMENTS.filter((document) => pattern.test(read(document)))).toEqual([]);
  });
});

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Command lines of code blocks: all of `sh` blocks, and the first line of `console` blocks. */
function commandsOf(text: string): string[] {
  return [...text.matchAll(/```(sh|console)\n([\s\S]*?)```/g)].flatMap(([, kind, body]) => {
    const lines = body!.split('\n').filter((line) => line !== '');
    return kind === 'sh' ? lines : lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
  });
}

/** Headings as GitHub names them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map((match) =>
    match[1]!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'),
  );
}
