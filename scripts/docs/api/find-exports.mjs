/**
 * What a module of the package exports, by name, with the declaration that each name stands for, however many files it is
 * passed on through. Knows declarations as the compiler writes them (`.d.ts`); nothing of what they mean.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

/** @typedef {import('oxc-parser').Statement} Statement */
/** @typedef {import('oxc-parser').Declaration} Declaration */

/**
 * @typedef {object} Found where a name is declared.
 * @property {string} file the `.d.ts` file.
 * @property {string} name that it has there.
 * @property {string} text of the file.
 * @property {readonly { readonly statement: Statement, readonly declaration: Declaration }[]} places several where a
 *   function has overloads, or a type and a value share the name.
 */

/**
 * @typedef {object} Module
 * @property {string} file
 * @property {string} text
 * @property {readonly Statement[]} body
 * @property {readonly import('oxc-parser').Comment[]} comments
 */

/** @type {Map<string, Module>} */
const modules = new Map();

/**
 * A declaration file, read and parsed once.
 * @param {string} file
 * @returns {Module}
 */
export function readModule(file) {
  let module = modules.get(file);
  if (module === undefined) {
    const text = readFileSync(file, 'utf8');
    const { program, comments } = parseSync(file, text);
    module = { file, text, body: program.body, comments };
    modules.set(file, module);
  }
  return module;
}

/**
 * @param {string} from the file that names it
 * @param {string} specifier
 * @returns {string | undefined} undefined for what another package declares.
 */
function fileOf(from, specifier) {
  return specifier.startsWith('.') ? resolve(dirname(from), specifier.replace(/\.ts$/, '.d.ts')) : undefined;
}

/** @param {import('oxc-parser').ModuleExportName} node */
function nameOf(node) {
  return node.type === 'Literal' ? node.value : node.name;
}

/** @param {Declaration} declaration */
function declaredNames(declaration) {
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  }
  const id = 'id' in declaration ? declaration.id : null;
  return id?.type === 'Identifier' ? [id.name] : [];
}

/** @param {Statement} statement @returns {Declaration | undefined} */
function declarationOf(statement) {
  if (statement.type === 'ExportNamedDeclaration') return statement.declaration ?? undefined;
  return 'id' in statement || statement.type === 'VariableDeclaration'
    ? /** @type {Declaration} */ (statement)
    : undefined;
}

/**
 * The declarations of a name that a file knows: its own, or one that it passes on.
 * @param {string} file
 * @param {string} name
 * @returns {Found | undefined} undefined where another package declares it.
 */
export function findDeclaration(file, name) {
  const { text, body } = readModule(file);
  const places = body.flatMap((statement) => {
    const declaration = declarationOf(statement);
    return declaration !== undefined && declaredNames(declaration).includes(name)
      ? [{ statement, declaration }]
      : [];
  });
  if (places.length > 0) return { file, name, text, places };
  for (const statement of body) {
    if (statement.type !== 'ExportNamedDeclaration' && statement.type !== 'ImportDeclaration') continue;
    if (statement.source === null) continue;
    for (const specifier of statement.specifiers) {
      /** @type {string | undefined} */
      let original;
      if (specifier.type === 'ExportSpecifier' && nameOf(specifier.exported) === name) {
        original = nameOf(specifier.local);
      }
      if (specifier.type === 'ImportSpecifier' && specifier.local.name === name) {
        original = nameOf(specifier.imported);
      }
      if (original === undefined) continue;
      const source = fileOf(file, statement.source.value);
      return source === undefined ? undefined : findDeclaration(source, original);
    }
  }
  return undefined;
}

/**
 * The names that an entry exports, each with its declaration.
 * @param {string} file the entry's `.d.ts`
 * @returns {ReadonlyMap<string, Found | undefined>} undefined for what another package declares.
 */
export function findExports(file) {
  /** @type {Map<string, Found | undefined>} */
  const found = new Map();
  for (const statement of readModule(file).body) {
    if (statement.type === 'ExportAllDeclaration') {
      throw new Error(`${file} exports everything of a module: name what is meant.`);
    }
    if (statement.type !== 'ExportNamedDeclaration') continue;
    if (statement.declaration !== null) {
      for (const name of declaredNames(statement.declaration)) found.set(name, findDeclaration(file, name));
    }
    for (const { exported, local } of statement.specifiers) {
      const source = statement.source === null ? file : fileOf(file, statement.source.value);
      found.set(nameOf(exported), source === undefined ? undefined : findDeclaration(source, nameOf(local)));
    }
  }
  return found;
}
