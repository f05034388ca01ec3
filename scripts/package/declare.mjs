/**
 * The package's types: what the compiler says of the entries, as files that name each other the way Node does.
 * Knows the compiler's command line; nothing of what is declared.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { SetupFailure } from '../failure.mjs';
import { runCommand } from '../run-command.mjs';

/**
 * Relative modules that a declaration names, with their places in the text.
 * @param {string} file
 * @param {string} text
 */
function namedModules(file, text) {
  const { module } = parseSync(file, text);
  const places = [
    ...module.staticImports.map((entry) => entry.moduleRequest),
    ...module.staticExports.flatMap((entry) => entry.entries.flatMap((item) => item.moduleRequest ?? [])),
  ];
  const fromTypes = Array.from(text.matchAll(/\bimport\("([^"]+)"\)/g), (match) => ({
    value: match[1] ?? '',
    start: match.index + 'import('.length,
    end: match.index + match[0].length - 1,
  }));
  return [...new Map([...places, ...fromTypes].map((place) => [place.start, place])).values()];
}

/**
 * Writes what the compiler says of all sources.
 * @param {{ root: string, outDir: string, what: string }} options `what`: a sentence, what there is not where it fails.
 * @throws {SetupFailure} where the sources do not compile.
 */
export async function emitDeclarations({ root, outDir, what }) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, output } = await runCommand(
    [process.execPath, compiler, '-p', join(root, 'tsconfig.package.json'), '--outDir', outDir],
    { cwd: root, timeoutMs: 10 * 60_000 },
  );
  if (code === 0) return;
  throw new SetupFailure({
    what,
    why: output.trim().split('\n').slice(0, 40).join('\n'),
    remedy: 'Correct what the compiler names.',
  });
}

/**
 * Writes the declarations that the entries lead to.
 * @param {{ root: string, entries: readonly string[], outDir: string }} options `entries`: sources below `src`.
 * @returns {Promise<readonly string[]>} other packages that the types name.
 * @throws {SetupFailure} where the sources do not compile.
 */
export async function declarePackage({ root, entries, outDir }) {
  const emitted = join(outDir, '.emitted');
  await emitDeclarations({ root, outDir: emitted, what: 'The package has no types.' });
  /** @type {Set<string>} */
  const packages = new Set();
  const seen = new Set();
  const open = entries.map((entry) => join(emitted, entry.replace(/\.ts$/, '.d.ts')));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    let text = readFileSync(file, 'utf8');
    for (const { value, start, end } of namedModules(file, text).toSorted((a, b) => b.start - a.start)) {
      if (!value.startsWith('.')) {
        packages.add(
          value
            .split('/')
            .slice(0, value.startsWith('@') ? 2 : 1)
            .join('/'),
        );
        continue;
      }
      open.push(resolve(dirname(file), value.replace(/\.ts$/, '.d.ts')));
      text = text.slice(0, start) + `'${value.replace(/\.ts$/, '.js')}'` + text.slice(end);
    }
    const target = join(outDir, relative(emitted, file));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  rmSync(emitted, { recursive: true });
  return [...packages].toSorted((left, right) => left.localeCompare(right));
}
