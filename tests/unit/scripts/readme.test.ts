/** What the documents tell users is so: the tests it names exist, and so do its keywords, exports and commands. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { listDocuments } from '../../../scripts/docs/contents.mjs';
import { enforcedKeywords } from '../../../src/decode/schema-keywords.ts';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const readme = read('README.md');
/** Notes on decisions tell what was once so. */
const documents = listDocuments({ root }).filter(({ file }) => !file.startsWith('docs/decisions/'));

test('every file that a page of documentation names is there', () => {
  const pages = documents.map(({ file }) => file);
  const named = pages.flatMap((page) =>
    Array.from(
      read(page).matchAll(/`((?:src|tests|scripts|demos|workers|docs|public)\/[\w./-]+)`/g),
      (match) => match[1] ?? '',
    ),
  );
  expect(named.length).toBeGreaterThan(20);
  // Models are fetched, not committed.
  expect(named.filter((path) => path !== 'public/models/' && !existsSync(resolve(root, path)))).toEqual([]);
});

test('the keywords said to hold while decoding are those that do', () => {
  const sentence =
    /to these keywords of the schema: ([^.]+)\./.exec(readme.replaceAll(/\s+/g, ' '))?.[1] ?? '';
  const listed = Array.from(sentence.matchAll(/`([^`]+)`/g), (match) => match[1] ?? '');
  expect(listed.toSorted()).toEqual([...enforcedKeywords].toSorted());
});

test('what the example imports is exported', () => {
  const imported = /import \{([^}]+)\} from '\/smallworks/.exec(readme)?.[1]?.split(',') ?? [];
  const api = read('src/index.ts');
  expect(imported.length).toBeGreaterThan(3);
  for (const name of imported.map((part) => part.trim()).filter((part) => part !== '')) {
    expect(api).toMatch(new RegExp(`export \\{[^}]*\\b${name}\\b`));
  }
});

test('every npm command that is named exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = Array.from(
    documents
      .map(({ text }) => text)
      .join('\n')
      .matchAll(/npm run (\w+)/g),
    (match) => match[1] ?? '',
  );
  expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
});
