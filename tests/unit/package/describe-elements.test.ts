/**
 * What editors are told of the element is what stands in the sources, and has the form that they read.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeElements } from '../../../scripts/package/describe-elements.mjs';

const root = join(import.meta.dirname, '../../..');
const { manifest, htmlData } = await describeElements({ root, entry: 'dist/element.js' });

interface Named {
  readonly name: string;
  readonly type?: { readonly text: string };
}

test('the manifest names the element, its attributes, properties, events, slot, parts and custom properties', () => {
  expect(manifest).toMatchObject({
    schemaVersion: expect.stringMatching(/^\d/) as string,
    modules: [
      {
        path: 'dist/element.js',
        exports: [{ kind: 'custom-element-definition', name: 'slm-agent' }],
        declarations: [{ customElement: true, tagName: 'slm-agent', slots: [{ name: 'intro' }] }],
      },
    ],
  });
  const [module] = (
    manifest as { readonly modules: readonly { readonly declarations: readonly Record<string, Named[]>[] }[] }
  ).modules;
  const agent = module?.declarations[0] ?? {};
  const names = (list: string): readonly string[] => (agent[list] ?? []).map(({ name }) => name);
  expect(names('attributes')).toEqual(
    expect.arrayContaining(['manual', 'model-id', 'catalogue-url', 'models-url', 'journal-name']),
  );
  expect(names('members')).toEqual(expect.arrayContaining(['task', 'tools', 'examples', 'running']));
  expect(names('members').filter((name) => name.startsWith('#'))).toEqual([]);
  expect(agent['events']).toContainEqual({
    name: 'goal-submit',
    description: 'The user wants a goal done.',
    type: { text: 'CustomEvent<{ readonly goal: string }>' },
  });
  expect(names('cssParts')).toEqual(expect.arrayContaining(['goal', 'model', 'log']));
  expect(names('cssProperties')).toEqual(expect.arrayContaining(['--slm-font', '--slm-accent']));
});

test('the attributes are those that the element script reads', async () => {
  const script = await readFile(join(root, 'src/app/element.ts'), 'utf8');
  const read = Array.from(script.matchAll(/[gh][ea][ts]Attribute\('([a-z-]+)'\)/g), (match) => match[1]);
  const { tags } = htmlData as { readonly tags: readonly { readonly attributes: readonly Named[] }[] };
  const told = tags[0]?.attributes.map(({ name }) => name);
  expect(read.length).toBeGreaterThanOrEqual(5);
  expect(told).toEqual(expect.arrayContaining(read));
});
