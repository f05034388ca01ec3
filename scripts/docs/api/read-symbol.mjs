/**
 * One name of the API: its declaration as readers need it, what its comment says, and which other declarations it names.
 * Knows declarations as the compiler writes them; nothing of entries and pages.
 */
import { join, relative, sep } from 'node:path';
import { findDeclaration, readModule } from './find-exports.mjs';

/**
 * @typedef {object} ApiSymbol
 * @property {string} key of its declaration: the same wherever it is exported from, and under whatever name.
 * @property {string} name
 * @property {'function' | 'class' | 'interface' | 'type' | 'constant'} kind
 * @property {string} source the file it is declared in, from the root.
 * @property {string} code its declaration, without what is private.
 * @property {string} text what its comment says, as Markdown.
 * @property {readonly string[]} throws what its comment says of failures.
 * @property {ReadonlyMap<string, string>} names what its declaration names, with the keys of those.
 */

/** @type {Readonly<Record<string, ApiSymbol['kind']>>} */
const kinds = {
  TSDeclareFunction: 'function',
  FunctionDeclaration: 'function',
  ClassDeclaration: 'class',
  TSInterfaceDeclaration: 'interface',
  TSTypeAliasDeclaration: 'type',
  VariableDeclaration: 'constant',
};

/**
 * The text of a comment without its stars.
 * @param {string} value
 */
export function wordsOf(value) {
  return value
    .replace(/^\*/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

/**
 * The comment that stands right before a place.
 * @param {import('./find-exports.mjs').Module} module
 * @param {number} start
 */
function commentBefore({ text, comments }, start) {
  const before = comments.findLast(({ end }) => end <= start);
  const isIts =
    before?.type === 'Block' && before.value.startsWith('*') && text.slice(before.end, start).trim() === '';
  return isIts ? wordsOf(before.value) : '';
}

/**
 * A comment's sentences, and what it says after `@throws`. Other tags are for tools.
 * @param {string} words
 */
function readComment(words) {
  const [text = '', ...tags] = words.split(/^@/m);
  const throws = tags.flatMap((tag) =>
    tag.startsWith('throws ') ? [tag.slice('throws '.length).trim()] : [],
  );
  return { text: text.trim(), throws };
}

/** What every element has for Lit's sake, and no page uses. */
const litMembers = new Set([
  'styles',
  'properties',
  'constructor',
  'connectedCallback',
  'disconnectedCallback',
]);

/**
 * The members of a class that nobody outside may use, the compiler's stand-ins for them included.
 * @param {import('oxc-parser').Declaration} declaration
 */
function hiddenMembers(declaration) {
  if (declaration.type !== 'ClassDeclaration') return [];
  const isElement =
    declaration.superClass?.type === 'Identifier' && declaration.superClass.name === 'LitElement';
  return declaration.body.body.filter((member) => {
    if (!('key' in member)) return false;
    if (member.key.type === 'PrivateIdentifier') return true;
    if (isElement && member.key.type === 'Identifier' && litMembers.has(member.key.name)) return true;
    return (
      'accessibility' in member &&
      (member.accessibility === 'private' || member.accessibility === 'protected')
    );
  });
}

/**
 * The declaration as readers need it.
 * @param {import('./find-exports.mjs').Module} module
 * @param {import('oxc-parser').Declaration} declaration
 */
function codeOf(module, declaration) {
  let { text } = module;
  const { start, end } = declaration;
  let cut = end;
  for (const member of hiddenMembers(declaration).toReversed()) {
    const comment = module.comments.findLast((item) => item.end <= member.start);
    const isIts =
      comment !== undefined && comment.start > start && text.slice(comment.end, member.start).trim() === '';
    const from = text.lastIndexOf('\n', isIts ? comment.start : member.start);
    text = text.slice(0, from) + text.slice(member.end);
    cut -= member.end - from;
  }
  return text
    .slice(start, cut)
    .replace(/^(export )?(declare )?/, '')
    .replaceAll(/^(?: {4})+/gm, (indent) => ' '.repeat(indent.length / 2));
}

/**
 * The declarations of ours that a piece of code names.
 * @param {string} file that it stands in
 * @param {string} code
 * @returns {ReadonlyMap<string, import('./find-exports.mjs').Found>}
 */
function namedIn(file, code) {
  const bare = code.replaceAll(/\/\*.*?\*\/|'[^']*'/gs, '');
  const words = new Set(bare.match(/(?<![\w$.])[A-Z]\w*/g));
  return new Map(
    [...words].flatMap((word) => {
      const found = findDeclaration(file, word);
      return found === undefined ? [] : [/** @type {const} */ ([word, found])];
    }),
  );
}

/** @param {import('./find-exports.mjs').Found} found */
export function keyOf({ file, name }) {
  return `${file}#${name}`;
}

/**
 * @param {import('./find-exports.mjs').Found} found
 * @param {{ name: string, outDir: string }} options `name`: as it is exported; `outDir`: where the declarations lie.
 * @returns {{ symbol: ApiSymbol, named: ReadonlyMap<string, import('./find-exports.mjs').Found> }}
 */
export function readSymbol(found, { name, outDir }) {
  const module = readModule(found.file);
  const comments = found.places.map(({ statement }) => readComment(commentBefore(module, statement.start)));
  const path = join('src', relative(outDir, found.file))
    .replaceAll(sep, '/')
    .replace(/\.d\.ts$/, '.ts');
  const declared = new RegExp(`^((?:abstract )?(?:function|class|interface|type|const) )${found.name}\\b`);
  const code = found.places
    .map(({ declaration }) => codeOf(module, declaration).replace(declared, `$1${name}`))
    .join('\n\n');
  const named = namedIn(found.file, code);
  const symbol = {
    key: keyOf(found),
    name,
    kind: kinds[found.places[0]?.declaration.type ?? ''] ?? 'constant',
    source: path,
    code,
    text: comments.flatMap(({ text }) => (text === '' ? [] : [text])).join('\n\n'),
    throws: comments.flatMap(({ throws }) => throws),
    names: new Map([...named].map(([word, other]) => [word, keyOf(other)])),
  };
  return { symbol, named };
}
