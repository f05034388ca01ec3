/** Every code block of the documents is code: it compiles, parses, or would be understood as typed. None is left out unsaid. */
import { describe, expect, test, vi } from 'vitest';
import { describeElements } from '../../../scripts/package/describe-elements.mjs';
import { htmlMistakes } from './check-html.ts';
import { shellMistakes } from './check-shell.ts';
import { typeMistakes } from './check-types.ts';
import { allBlocks, blocksOf } from './read-blocks.ts';
import type { Block } from './read-blocks.ts';

// A bound against hanging: the compiler reads the whole of src.
vi.setConfig({ testTimeout: 300_000 });

const blocks = allBlocks();
const checked = blocks.filter(({ marks }) => !marks.includes('unchecked'));

function inLanguage(...languages: readonly string[]): readonly Block[] {
  return checked.filter(({ language }) => languages.includes(language));
}

/** A block as a document has it. */
function block(text: string): Block {
  const [first] = blocksOf('made-up.md', text);
  if (first === undefined) throw new Error('There is no block.');
  return first;
}

/** How many blocks of each document fit. */
function countByFile(fits: (block: Block) => boolean): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { file } of blocks.filter(fits)) counts[file] = (counts[file] ?? 0) + 1;
  return counts;
}

test('a block that no test looks at is on this list', () => {
  expect(countByFile(({ marks }) => marks.includes('unchecked'))).toEqual({});
  // Drawings have no language.
  expect(countByFile(({ language }) => language === '')).toEqual({
    'README.md': 1,
    'docs/datasets.md': 1,
    'training/README.md': 1,
  });
});

test('there is a check for every language and every mark', () => {
  const languages = new Set(blocks.map(({ language }) => language));
  expect([...languages].filter((name) => !['', 'ts', 'js', 'sh', 'json', 'html'].includes(name))).toEqual([]);
  expect(blocks.flatMap(({ marks }) => marks).filter((mark) => mark !== 'unchecked')).toEqual([]);
});

test('what is given to a block has a type', () => {
  const given = blocks.filter((item) => item.given !== '');
  expect(given.length).toBeGreaterThan(5);
  expect(given.filter((item) => /\bany\b|@ts-|as never/.test(item.given + item.code))).toEqual([]);
});

describe('ts and js', () => {
  test('every block compiles', async () => {
    const code = inLanguage('ts', 'js');
    expect(code.length).toBeGreaterThan(20);
    expect(await typeMistakes(code)).toEqual([]);
  });

  test('a mistake is told with its place', async () => {
    const wrong = [
      block(
        '<!-- given\ndeclare const tools: number;\n-->\n\n```ts\nconst a = 1;\nconst b: string = tools + a;\n```\n',
      ),
      block("```ts\nimport { noSuchName } from 'smallworks';\n```\n"),
      block(
        "```ts\nimport { createRuntime } from 'smallworks/openai';\ncreateRuntime({ cdn: true });\n```\n",
      ),
      block(
        "```js\nimport { createSession } from '/smallworks/assets/smallworks.js';\ncreateSession().fly();\n```\n",
      ),
      block('<!-- given\ndeclare const a: NeverDeclaredAnywhere;\n-->\n\n```ts\nconst b = 1;\n```\n'),
    ];
    expect(await typeMistakes(wrong)).toEqual([
      expect.stringMatching(/^made-up\.md:7: error TS2322/),
      expect.stringMatching(/^made-up\.md:2: error TS2305.*noSuchName/),
      expect.stringMatching(/^made-up\.md:3: error TS2353.*cdn/),
      expect.stringMatching(/^made-up\.md, given: error TS2304.*NeverDeclaredAnywhere/),
      expect.stringMatching(/^made-up\.md:3: error TS2339.*fly/),
    ]);
  });

  test('a step of a workflow that is taken for what it is not is told', async () => {
    const triage = blocks.find(({ file, code }) => file === 'docs/workflows.md' && code.includes('classify'));
    if (triage === undefined) throw new Error('docs/workflows.md has no block that classifies.');
    const code = triage.code.replace("topic === 'other'", "topic === 'letter'");
    expect(code).not.toBe(triage.code);
    expect(await typeMistakes([{ ...triage, code }])).toEqual([expect.stringContaining('TS2367')]);
  });
});

describe('sh', () => {
  test('every command is one that is there, with arguments that it takes', () => {
    const commands = inLanguage('sh');
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.flatMap(shellMistakes)).toEqual([]);
  });

  test.each([
    ['npm run nothing', 'there is no script nothing'],
    ['npm nothing', 'there is no npm nothing'],
    ['npm run dataset -- a.jsonl --nothing', '--nothing'],
    ['npm run build -- --nothing', 'takes no --'],
    ['node scripts/nothing.mjs', 'no scripts/nothing.mjs'],
    ['$python -m smallworks_training.train --nothing', 'takes no --nothing'],
    ['curl example.org', 'no command'],
  ])('%s is a mistake', (line, mistake) => {
    expect(shellMistakes(block(`\`\`\`sh\n${line} # a word\n\`\`\`\n`))).toEqual([
      expect.stringContaining(mistake),
    ]);
  });
});

test('every json block parses', () => {
  const texts = inLanguage('json');
  expect(texts.length).toBeGreaterThan(0);
  const broken = texts.flatMap(({ code, file, line }) => {
    try {
      JSON.parse(code);
      return [];
    } catch (error) {
      return [`${file}:${String(line)}: ${String(error)}`];
    }
  });
  expect(broken).toEqual([]);
});

test('every html block is well-formed, with elements and attributes of the manifest', async () => {
  const { root } = await import('./read-blocks.ts');
  const { htmlData } = await describeElements({ root, entry: 'element.js' });
  const { tags } = htmlData as {
    readonly tags: readonly {
      readonly name: string;
      readonly attributes: readonly { readonly name: string }[];
    }[];
  };
  const known = new Map(
    tags.map(({ name, attributes }) => [name, new Set(attributes.map((item) => item.name))]),
  );
  expect(known.get('slm-agent')?.has('manual')).toBe(true);
  const pages = inLanguage('html');
  expect(pages.length).toBeGreaterThan(0);
  expect(pages.flatMap((page) => htmlMistakes(page, known))).toEqual([]);
  const wrong = block('```html\n<p><slm-agent manuel></slm-agent><slm-other x=1></slm-other></div>\n```\n');
  expect(htmlMistakes(wrong, known).map((text) => text.replace(/^made-up\.md:2: /, ''))).toEqual([
    '<slm-agent> has no attribute manuel',
    '<slm-other x=1> has something that is no attribute',
    '<slm-other> is not known',
    '</div> closes <p>',
  ]);
});
