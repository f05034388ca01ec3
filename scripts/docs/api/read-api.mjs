/**
 * The package's API as its sources tell it: every name that an entry exports, with its declaration and its comment. A name
 * without a comment is a failure. Knows the compiler's declarations; nothing of pages.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { SetupFailure } from '../../failure.mjs';
import { entries } from '../../package/entries.mjs';
import { runCommand } from '../../run-command.mjs';
import { findExports, readModule } from './find-exports.mjs';

/**
 * @typedef {object} ApiSymbol
 * @property {string} name
 * @property {'function' | 'class' | 'interface' | 'type' | 'constant'} kind
 * @property {string} source the file it is declared in, from the root.
 * @property {string} code its declaration, without what is private.
 * @property {string} text what its comment says, as Markdown.
 * @property {readonly string[]} throws what its comment says of failures.
 */

/**
 * @typedef {object} ApiEntry
 * @property {string} specifier what is imported, such as `smallworks/openai`.
 * @property {string} text what the entry's file says of itself.
 * @property {readonly ApiSymbol[]} symbols
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
function wordsOf(value) {
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
 * Writes the declarations of the sources into a folder.
 * @param {{ root: string, outDir: string }} options
 */
async function declare({ root, outDir }) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, output } = await runCommand(
    [process.execPath, compiler, '-p', join(root, 'tsconfig.package.json'), '--outDir', outDir],
    { cwd: root, timeoutMs: 10 * 60_000 },
  );
  if (code === 0) return;
  throw new SetupFailure({
    what: 'The API could not be read.',
    why: output.trim().split('\n').slice(0, 40).join('\n'),
    remedy: 'Correct what the compiler names.',
  });
}

/**
 * Reads what every entry of the package exports.
 * @param {{ root: string }} options
 * @returns {Promise<readonly ApiEntry[]>}
 * @throws {SetupFailure} where the sources do not compile, or an exported name has no comment.
 */
export async function readApi({ root }) {
  const outDir = mkdtempSync(join(tmpdir(), 'smallworks-api-'));
  /** @type {Set<string>} */
  const silent = new Set();
  try {
    await declare({ root, outDir });
    const read = Object.entries(entries).map(([name, source]) => {
      const file = join(outDir, source.replace(/^src\//, '').replace(/\.ts$/, '.d.ts'));
      const symbols = Array.from(findExports(file), ([exported, found]) => {
        if (found === undefined)
          throw new Error(`${source} exports ${exported}, which another package declares.`);
        const module = readModule(found.file);
        const comments = found.places.map(({ statement }) =>
          readComment(commentBefore(module, statement.start)),
        );
        const path = join('src', relative(outDir, found.file))
          .replaceAll(sep, '/')
          .replace(/\.d\.ts$/, '.ts');
        const texts = comments.map(({ text }) => text).filter((text) => text !== '');
        if (texts.length === 0) silent.add(`${exported} (${path})`);
        return {
          name: exported,
          kind: kinds[found.places[0]?.declaration.type ?? ''] ?? 'constant',
          source: path,
          code: found.places.map(({ declaration }) => codeOf(module, declaration)).join('\n\n'),
          text: texts.join('\n\n'),
          throws: comments.flatMap(({ throws }) => throws),
        };
      });
      const about = /^\/\*(\*.*?)\*\//s.exec(readFileSync(join(root, source), 'utf8'))?.[1] ?? '';
      const specifier = name === 'index' ? 'smallworks' : `smallworks/${name}`;
      return { specifier, text: wordsOf(about), symbols };
    });
    if (silent.size === 0) return read;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
  throw new SetupFailure({
    what: `${silent.size} exported names have no comment.`,
    why: [...silent].join('\n    '),
    remedy: 'Write a comment of one or two sentences above each declaration.',
  });
}
