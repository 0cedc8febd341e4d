/** Reads what docs/FORMATS.md is made of: the comments of the sources, and their schemas. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { tsImport } from 'tsx/esm/api';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a module of the sources. */
export function load(path) {
  return tsImport(`../src/${path}`, import.meta.url);
}

/** Members of the interface `name`, or of the object that the constant `name` is, with their comments. */
export function membersOf(path, name) {
  const source = sourceOf(path);
  let found;
  ts.forEachChild(source, (node) => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === name) found = node.members;
    if (ts.isVariableStatement(node)) {
      const [declaration] = node.declarationList.declarations;
      if (declaration.name.getText(source) !== name) return;
      const { initializer } = declaration;
      found = (ts.isAsExpression(initializer) ? initializer.expression : initializer).properties;
    }
  });
  if (found === undefined) throw new Error(`${path} has no ${name}`);
  return found.map((node) => ({
    name: node.name.getText(source),
    optional: node.questionToken !== undefined,
    type: (node.type ?? node.initializer).getText(source).replace(/\s+/g, ' '),
    doc: commentOf(node),
  }));
}

/** The comment above a constant. */
export function docOf(path, name) {
  const source = sourceOf(path);
  let doc;
  ts.forEachChild(source, (node) => {
    if (ts.isVariableStatement(node) && node.declarationList.declarations[0].name.getText(source) === name) doc = commentOf(node);
  });
  if (doc === undefined) throw new Error(`${path} has no ${name}`);
  return doc;
}

/** The fields of a JSON schema with their paths: `groups[].name`. */
export function fieldsOf(schema, prefix = '') {
  const needed = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const path = prefix + key;
    const own = { path, type: typeOf(field), default: field.default, required: needed.includes(key) };
    const [inner, nothing, ...others] = field.anyOf ?? [];
    if (inner?.properties !== undefined && nothing?.type === 'null' && others.length === 0) return [own, ...fieldsOf(inner, `${path}.`)];
    if (field.type === 'object') return [own, ...fieldsOf(field, `${path}.`)];
    if (field.type === 'array' && field.items?.properties !== undefined) return [own, ...fieldsOf(field.items, `${path}[].`)];
    return [own];
  });
}

function typeOf(field) {
  if (field.anyOf !== undefined) return field.anyOf.map(typeOf).join(' or ');
  if (field.oneOf !== undefined) return 'object';
  if (field.enum !== undefined) return field.enum.map((value) => JSON.stringify(value)).join(', ');
  if (field.const !== undefined) return JSON.stringify(field.const);
  if (field.type === 'array') return `list of ${field.items?.properties === undefined ? typeOf(field.items) : 'object'}`;
  if (field.type !== 'integer' && field.type !== 'number') return field.type ?? 'any';
  const { minimum, maximum, exclusiveMinimum } = field;
  const least = exclusiveMinimum === undefined ? minimum : `above ${exclusiveMinimum}`;
  return least === undefined || maximum === undefined ? field.type : `${field.type} ${least}…${maximum}`;
}

function sourceOf(path) {
  const file = join(ROOT, 'src', path);
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

function commentOf(node) {
  const [block] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return (ts.getTextOfJSDocComment(block?.comment) ?? '').replace(/\s+/g, ' ').trim();
}
