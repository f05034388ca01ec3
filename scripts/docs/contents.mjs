/**
 * Which documents the site has, in which order, and where each becomes a page. A document that is missing here, or named
 * here and not there, is a failure. Knows files; nothing of what is in them.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from '../failure.mjs';

/**
 * @typedef {object} DocumentSource
 * @property {string} file from the repository's root.
 * @property {string} page the page's path in the site of documents.
 * @property {string} group what it stands under.
 * @property {string} text Markdown.
 */

/** Pages under their headings, in reading order. A name without a folder lies in docs/. */
const groups = {
  Start: ['../README.md', 'recipes.md', 'demos.md', 'package.md'],
  'Tools and runs': [
    'workflows.md',
    'schemas.md',
    'protocols.md',
    'code-tools.md',
    'tool-retrieval.md',
    'scratch-memory.md',
    'test-time-help.md',
    'router.md',
    'remote-models.md',
    'log.md',
    'economics.md',
    'languages.md',
  ],
  Models: ['engines.md', 'selection.md', 'adapters.md', 'specialists.md', 'benchmarks.md'],
  'From log to adapter': ['datasets.md', 'task-discovery.md', 'training-in-the-tab.md', 'promotion.md'],
  Security: ['threat-model.md', 'guardrails.md', 'masking.md'],
  'For contributors': [
    'architecture.md',
    '../CONTRIBUTING.md',
    '../training/README.md',
    '../training/rows/README.md',
  ],
};

/** The heading of the notes on decisions, which come from a folder of their own. */
export const decisionsGroup = 'Decisions';

/** @param {string} file */
function pageOf(file) {
  const path = file
    .replace(/^docs\//, '')
    .replace(/\/README\.md$/, '.md')
    .replace(/^training\//, 'training-');
  return path.replace(/\.md$/, '.html').toLowerCase();
}

/**
 * Every document of the repository that becomes a page, in order.
 * @param {{ root: string }} options
 * @returns {readonly DocumentSource[]}
 * @throws {SetupFailure} where the list and the folder do not agree.
 */
export function listDocuments({ root }) {
  const listed = Object.entries(groups).flatMap(([group, names]) =>
    names.map((name) => ({ group, file: name.startsWith('../') ? name.slice(3) : `docs/${name}` })),
  );
  const there = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const wrong = [
    ...there
      .filter((file) => !listed.some((item) => item.file === file))
      .map((file) => `${file} is in no group`),
    ...listed.filter(({ file }) => !existsSync(join(root, file))).map(({ file }) => `${file} is not there`),
  ];
  if (wrong.length > 0) {
    throw new SetupFailure({
      what: 'The contents of the documentation are not those of docs/.',
      why: wrong.join('; '),
      remedy: 'Name the document in scripts/docs/contents.mjs, under the heading where readers look for it.',
    });
  }
  const decisions = readdirSync(join(root, 'docs/decisions'))
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => ({ group: decisionsGroup, file: `docs/decisions/${name}` }));
  return [...listed, ...decisions].map(({ group, file }) => ({
    group,
    file,
    page: pageOf(file),
    text: readFileSync(join(root, file), 'utf8'),
  }));
}
