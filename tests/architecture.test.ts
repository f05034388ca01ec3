/**
 * The shape of the house: which folder may import which, no cycles, no file over 400 lines.
 * Layers are those of docs/architecture: an import points to a lower layer or stays in its own folder.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'src');

const layers: Readonly<Record<string, number>> = {
  protocol: 0,
  decode: 1,
  log: 1,
  mask: 1,
  tools: 2,
  engine: 2,
  bridge: 2,
  agent: 3,
  facade: 3,
  flywheel: 3,
  ui: 4,
  app: 5,
  entries: 6,
  'index.ts': 6,
};

/** What `ui` may know: protocol types and lit, nothing else of ours. */
const uiMayImport = new Set(['protocol', 'ui']);

interface Import {
  readonly from: string;
  readonly to: string;
}

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('node_modules'));
}

/** Relative imports of a file, as absolute paths without query. Type imports count: they are knowledge too. */
function importsOf(file: string, text = readFileSync(file, 'utf8')): string[] {
  const { module } = parseSync(file, text);
  const specifiers = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap((entry) =>
      entry.entries.flatMap((item) => item.moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map((entry) =>
      text.slice(entry.moduleRequest.start, entry.moduleRequest.end).replaceAll(/['"`]/g, ''),
    ),
    // A worker or an asset named by URL is knowledge too.
    ...Array.from(
      text.matchAll(/new URL\(\s*['"]([^'"]+)['"]\s*,\s*import\.meta\.url/g),
      (match) => match[1] ?? '',
    ),
  ];
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolve(dirname(file), specifier.split('?')[0] ?? specifier));
}

function roomOf(file: string): string {
  return relative(source, file).split(/[\\/]/)[0] ?? '';
}

/** Why an import is not allowed, or undefined. */
export function judge({ from, to }: Import): string | undefined {
  if (!to.startsWith(source)) return undefined;
  const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
  if (fromRoom === toRoom) return undefined;
  const [fromLayer, toLayer] = [layers[fromRoom], layers[toRoom]];
  if (fromLayer === undefined || toLayer === undefined) return `unknown room: ${fromRoom} -> ${toRoom}`;
  if (toLayer >= fromLayer) return `points up or sideways: ${fromRoom} -> ${toRoom}`;
  if (fromRoom === 'ui' && !uiMayImport.has(toRoom)) return `ui knows protocol only: ui -> ${toRoom}`;
  return undefined;
}

/** The first import cycle among the edges, as a list of files, or undefined. */
export function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): string[] | undefined {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  }
  for (const file of edges.keys()) {
    const cycle = visit(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

const sourceFiles = filesBelow(source, /\.ts$/);
const edges = new Map(sourceFiles.map((file) => [file, importsOf(file)]));

describe('layers', () => {
  test('imports of src point downwards', () => {
    const broken = [...edges].flatMap(([from, targets]) =>
      targets.flatMap((to) => {
        const why = judge({ from, to });
        return why === undefined ? [] : [`${relative(root, from)} -> ${relative(root, to)}: ${why}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  test('src has no import cycle', () => {
    expect(findCycle(edges)?.map((file) => relative(root, file))).toBeUndefined();
  });

  test('demos import the public entry and src/ui only; the service worker imports nothing of src', () => {
    const broken = filesBelow(join(root, 'demos'), /\.ts$/).flatMap((file) =>
      importsOf(file)
        .filter((to) => to.startsWith(source) && roomOf(to) !== 'index.ts' && roomOf(to) !== 'ui')
        .map((to) => `${relative(root, file)} -> ${relative(root, to)}`),
    );
    const service = filesBelow(join(root, 'workers'), /^service\.worker\.ts$/).flatMap((file) =>
      importsOf(file).filter((to) => to.startsWith(source)),
    );
    expect([...broken, ...service]).toEqual([]);
  });

  test('protocol depends on comlink and uuid alone, and only where it says so', () => {
    const packages = filesBelow(join(source, 'protocol'), /\.ts$/).flatMap((file) =>
      parseSync(file, readFileSync(file, 'utf8'))
        .module.staticImports.map((entry) => entry.moduleRequest.value)
        .filter((name) => !name.startsWith('.')),
    );
    expect([...new Set(packages)].toSorted()).toEqual(['comlink', 'uuid']);
  });
});

describe('size', () => {
  test('no source file is longer than 400 lines', () => {
    const folders = ['src', 'workers', 'demos', 'scripts', 'training', 'tests'];
    const long = folders
      .flatMap((folder) => filesBelow(join(root, folder), /\.(ts|mjs|css|html)$/))
      .map((file) => ({
        file: relative(root, file),
        lines: readFileSync(file, 'utf8').split('\n').length - 1,
      }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });
});

/** A file of src by its path there; it need not exist. */
function at(path: string): string {
  return join(source, path);
}

describe('the test itself can fail', () => {
  test('an upward and a sideways import are refused, a downward one is not', () => {
    expect(judge({ from: at('decode/a.ts'), to: at('agent/run.ts') })).toMatch(/points up/);
    expect(judge({ from: at('agent/a.ts'), to: at('flywheel/b.ts') })).toMatch(/sideways/);
    expect(judge({ from: at('ui/a.ts'), to: at('agent/run.ts') })).toMatch(/ui knows protocol only/);
    expect(judge({ from: at('agent/a.ts'), to: at('decode/b.ts') })).toBeUndefined();
  });

  test('every form of import is seen', () => {
    const text = [
      "import { a } from './one.ts';",
      "import type { B } from './two.ts';",
      "export { c } from './three.ts';",
      "const d = () => import('./four.ts');",
      "const e = new URL('./five.ts', import.meta.url);",
    ].join('\n');
    const seen = importsOf(at('decode/x.ts'), text).map((file) => relative(at('decode'), file));
    expect(seen.toSorted()).toEqual(['five.ts', 'four.ts', 'one.ts', 'three.ts', 'two.ts']);
  });

  test('a cycle is found', () => {
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['a']],
        ]),
      ),
    ).toEqual(['a', 'b', 'c', 'a']);
    expect(
      findCycle(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).toBeUndefined();
  });
});
