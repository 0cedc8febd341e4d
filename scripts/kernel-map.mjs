/**
 * Writes KERNEL_MAP.md: which function of Linux is modelled by which of ours, and what ours leaves out, from the `@kernel`
 * and `@omits` tags. With `--check` it writes nothing and fails where the file is not what it would write (line numbers
 * aside) or where a function that has a kernel name lacks a tag.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'KERNEL_MAP.md');

/** Folders in which every exported function with a kernel name must say what it models and what it leaves out. */
const MODELLED = ['core', 'fair', 'wakeup', 'balance', 'topology'].map((name) => `src/sim/kernel/${name}/`);

const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort(byText);

const rows = [];
const missing = [];
for (const file of files) scan(file);

const text = render();
if (process.argv.includes('--check')) check();
else writeFileSync(target, text);

function scan(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const path = relative(root, file).replaceAll('\\', '/');
  const visit = (node) => {
    const named = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isClassDeclaration(node);
    if (named) read(node, source, path);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function read(node, source, path) {
  const name = node.name?.getText(source);
  if (name === undefined) return;
  const tags = ts.getJSDocTags(node).map((tag) => ({ tag: tag.tagName.text, body: bodyOf(tag) }));
  const kernel = tags.filter(({ tag }) => tag === 'kernel').map(({ body }) => body);
  const omits = tags.filter(({ tag }) => tag === 'omits').map(({ body }) => body);
  const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  for (const body of kernel) {
    const [kernelFile, ...names] = body.split(/[\s,]+/);
    const kernelName = names.filter((word) => /^[A-Za-z_]\w*(\(\))?$/.test(word)).join(', ');
    rows.push({ kernelFile, kernelName, name, path, line, omits: omits.join('; ') });
    if (names.length === 0) missing.push(`${path}:${line} ${name}: @kernel names a file but no function`);
  }
  if (kernel.length > 0 && omits.join('') === '') missing.push(`${path}:${line} ${name}: @omits is missing`);
  if (kernel.length === 0 && ts.isFunctionDeclaration(node) && looksLikeKernel(node, name, path)) {
    missing.push(`${path}:${line} ${name}: @kernel is missing`);
  }
}

/** Names in camelCase are our own; in the kernel there are none. */
function looksLikeKernel(node, name, path) {
  const exported = node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false;
  return exported && !/[A-Z]/.test(name) && MODELLED.some((folder) => path.startsWith(folder));
}

function bodyOf(tag) {
  return (ts.getTextOfJSDocComment(tag.comment) ?? '').replace(/\s+/g, ' ').trim();
}

function render() {
  const kernelFiles = [...new Set(rows.map((row) => row.kernelFile))].sort(byText);
  const parts = kernelFiles.map((kernelFile) => {
    const own = rows
      .filter((row) => row.kernelFile === kernelFile)
      .sort((a, b) => byText(a.kernelName, b.kernelName) || byText(a.path, b.path));
    const lines = own.map(
      (row) => `| \`${row.kernelName}\` | \`${row.name}\` ${row.path}:${row.line} | ${cell(row.omits)} |`,
    );
    return `## ${kernelFile}\n\n| Linux 6.1 | ours | left out |\n|---|---|---|\n${lines.join('\n')}\n`;
  });
  const functions = new Set(rows.map((row) => `${row.path} ${row.name}`)).size;
  return `# What of the kernel is modelled

Written by \`node scripts/kernel-map.mjs\` from the \`@kernel\` and \`@omits\` tags of the sources; a test fails where it is
not up to date. What is not in these tables is not modelled. ${functions} functions.

${parts.join('\n')}`;
}

function cell(body) {
  return body === '' ? '?' : body.replaceAll('|', '\\|');
}

function check() {
  const problems = [...missing];
  const normal = (document) => document.replace(/\.ts:\d+/g, '.ts');
  const there = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (normal(there) !== normal(text)) problems.push('KERNEL_MAP.md is not up to date: run "node scripts/kernel-map.mjs"');
  if (problems.length === 0) return;
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
}

function byText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
