/**
 * What editors and documentation tools read of the element: a custom-elements manifest and VS Code's HTML data, both made
 * from the sources, so that neither can fall behind them. Knows where each fact stands; nothing of what it means.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { SetupFailure } from '../failure.mjs';
import { runCommand } from '../run-command.mjs';

/**
 * @typedef {{ name: string, description?: string | undefined, type?: { text: string } }} Described
 * @typedef {object} Agent the element's class in the manifest.
 * @property {string} tagName
 * @property {string} [description]
 * @property {readonly Described[]} [attributes]
 * @property {readonly Described[]} [slots]
 * @property {readonly (Described & { kind: string, privacy?: string })[]} members
 */

const elementPath = 'src/ui/agent-element.ts';

/**
 * The analyzer's manifest of the element's source.
 * @param {string} root
 * @returns {Promise<{ modules: { path: string, exports: object[], declarations: (Agent & { name: string })[] }[] }>}
 */
async function analyze(root) {
  const folder = mkdtempSync(join(tmpdir(), 'smallworks-elements-'));
  try {
    // The analyzer writes into the package.json of where it runs: it gets a folder of its own.
    copyFileSync(join(root, elementPath), join(folder, 'element.ts'));
    writeFileSync(join(folder, 'package.json'), '{}');
    const cli = join(root, 'node_modules', '@custom-elements-manifest', 'analyzer', 'cem.js');
    const { code, output } = await runCommand(
      [process.execPath, cli, 'analyze', '--litelement', '--globs', 'element.ts', '--outdir', '.'],
      { cwd: folder, timeoutMs: 5 * 60_000 },
    );
    if (code === 0) return JSON.parse(readFileSync(join(folder, 'custom-elements.json'), 'utf8'));
    throw new SetupFailure({
      what: 'The element could not be described.',
      why: output.trim(),
      remedy: 'Correct what the analyzer names.',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The events of the element: the members of an interface, with their comments.
 * @param {string} file
 * @param {string} text
 * @returns {Described[]}
 */
function eventsOf(file, text) {
  const { program, comments } = parseSync(file, text);
  const found = program.body
    .map((node) => (node.type === 'ExportNamedDeclaration' ? node.declaration : node))
    .find((node) => node?.type === 'TSInterfaceDeclaration' && node.id.name === 'AgentEventDetails');
  if (found?.type !== 'TSInterfaceDeclaration') return [];
  return found.body.body.flatMap((member) => {
    if (member.type !== 'TSPropertySignature' || member.key.type !== 'Literal') return [];
    const before = comments.findLast(({ end }) => end <= member.start);
    const isIts = before !== undefined && text.slice(before.end, member.start).trim() === '';
    const words = before?.value.replaceAll(/\s*\n?\s*\*\s*/g, ' ').trim();
    const { start, end } = member.typeAnnotation?.typeAnnotation ?? { start: 0, end: 0 };
    const detail = text.slice(start, end).replaceAll(/\s+/g, ' ');
    return [
      {
        name: String(member.key.value),
        description: isIts ? words : undefined,
        type: { text: `CustomEvent<${detail}>` },
      },
    ];
  });
}

/**
 * The names that a pattern finds, each once, in order.
 * @param {string} text
 * @param {RegExp} pattern
 * @returns {Described[]}
 */
function namesIn(text, pattern) {
  return [...new Set(Array.from(text.matchAll(pattern), (match) => match[1] ?? ''))].map((name) => ({
    name,
  }));
}

/**
 * @param {string} title
 * @param {readonly Described[]} described
 */
function sentence(title, described) {
  const names = described.map(({ name }) => `\`${name}\``);
  return names.length === 0 ? [] : [`${title}: ${names.join(', ')}.`];
}

/**
 * @param {{ root: string, entry: string }} options `entry`: the script of the package that defines the element.
 * @returns {Promise<{ manifest: object, htmlData: object }>}
 * @throws {SetupFailure} where the source cannot be read.
 */
export async function describeElements({ root, entry }) {
  /** @param {string} path */
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const { modules, ...rest } = await analyze(root);
  const agent = modules.flatMap(({ declarations }) => declarations).find(({ name }) => name === 'SlmAgent');
  if (agent === undefined) throw new Error(`${elementPath} has no SlmAgent.`);
  const events = eventsOf('events.ts', read('src/ui/events.ts'));
  const cssParts = namesIn(read(elementPath), /part="([a-z-]+)"/g);
  const declaration = {
    ...agent,
    members: agent.members.filter(({ kind, privacy }) => kind === 'field' && privacy !== 'private'),
    events,
    cssParts,
    cssProperties: namesIn(read('src/ui/theme.ts'), /var\((--slm-[a-z-]+)/g),
  };
  const { tagName, description = '', attributes = [], slots = [] } = agent;
  const definition = {
    kind: 'custom-element-definition',
    name: tagName,
    declaration: { name: 'SlmAgent', module: entry },
  };
  return {
    manifest: {
      ...rest,
      modules: [
        { kind: 'javascript-module', path: entry, declarations: [declaration], exports: [definition] },
      ],
    },
    htmlData: {
      version: 1.1,
      tags: [
        {
          name: tagName,
          description: [
            description,
            ...sentence('Slots', slots),
            ...sentence('Events', events),
            ...sentence('Parts', cssParts),
          ].join('\n\n'),
          attributes: attributes.map(({ name, description: told, type }) => ({
            name,
            description: told,
            valueSet: type?.text === 'boolean' ? 'v' : undefined,
          })),
        },
      ],
    },
  };
}
