/**
 * Builds the npm package into dist-package/: the entries with all they need, their types, the model catalogue, the notes
 * of licences. No weights. Does nothing where it was built from the very same inputs.
 * `npm publish ./dist-package` would publish it; the repository itself stays private.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashInputs } from './build.mjs';
import { SetupFailure, explain } from './failure.mjs';
import { bundlePackage } from './package/bundle.mjs';
import { declarePackage } from './package/declare.mjs';
import { describeElements } from './package/describe-elements.mjs';
import { entries } from './package/entries.mjs';
import { runCommand } from './run-command.mjs';

/** The threads. `engine` is an entry of the package too, for those who start it themselves. */
const workers = [
  'engine',
  'files',
  'flywheel',
  'relay',
  'embedding',
  'dataset',
  'training',
  'sandbox',
  'kernel',
];

/** Packages whose types ours name, for those who use that entry only. */
const optionalPeers = ['openai', '@ai-sdk/provider'];

/** The map of what may be imported. */
function exportsMap() {
  const named = Object.entries(entries).map(([name, source]) => [
    name === 'index' ? '.' : `./${name}`,
    { types: source.replace(/^src/, './types').replace(/\.ts$/, '.d.ts'), default: `./dist/${name}.js` },
  ]);
  return {
    ...Object.fromEntries(named),
    './worker': { types: './types/worker.d.ts', default: './dist/engine.worker.js' },
    './models.json': './models.json',
    './custom-elements.json': './custom-elements.json',
    './html-custom-data.json': './html-custom-data.json',
    './package.json': './package.json',
  };
}

/**
 * @param {string} root
 * @param {readonly string[]} typePackages packages that the types name
 */
function packageJson(root, typePackages) {
  /** @param {readonly string[]} folder */
  const read = (...folder) => JSON.parse(readFileSync(join(root, ...folder, 'package.json'), 'utf8'));
  const { name, version, description, license } = read();
  /** @param {readonly string[]} names */
  const ranges = (names) =>
    Object.fromEntries(names.map((each) => [each, `^${read('node_modules', each).version}`]));
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: ['./dist/element.js', './dist/*.worker.js'],
    exports: exportsMap(),
    customElements: 'custom-elements.json',
    files: [
      'dist',
      'types',
      'models.json',
      'custom-elements.json',
      'html-custom-data.json',
      'LICENCES-OF-OTHERS.md',
    ],
    // Everything that runs is bundled. These are here for their types.
    dependencies: ranges(typePackages.filter((each) => !optionalPeers.includes(each))),
    peerDependencies: ranges(typePackages.filter((each) => optionalPeers.includes(each))),
    peerDependenciesMeta: Object.fromEntries(optionalPeers.map((each) => [each, { optional: true }])),
  };
}

/**
 * The catalogue without what the package does not carry: adapters are weights.
 * @param {string} root
 */
function catalogue(root) {
  const { adapters: _, ...rest } = JSON.parse(readFileSync(join(root, 'public', 'models.json'), 'utf8'));
  return rest;
}

/**
 * Builds the package where it is absent or older than its inputs.
 * @param {{ root: string, print: (text: string) => void, force?: boolean }} options
 * @returns {Promise<{ folder: string, tarball: string }>} the package, and as npm packs it.
 * @throws {import('./failure.mjs').SetupFailure} where the sources do not compile.
 */
export async function ensurePackage({ root, print, force = false }) {
  const folder = join(root, 'dist-package');
  const stampPath = join(folder, '.built-from');
  const stamp = hashInputs({
    root,
    folders: ['src', 'workers', 'scripts/package'],
    files: ['scripts/build-package.mjs', 'tsconfig.package.json', 'package-lock.json', 'public/models.json'],
  });
  const tarball = join(folder, 'smallworks.tgz');
  if (!force && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp)
    return { folder, tarball };
  const started = Date.now();
  print('Building the package (rolldown, tsc).');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { licences } = await bundlePackage({
    root,
    outDir: join(folder, 'dist'),
    input: {
      ...entries,
      ...Object.fromEntries(workers.map((name) => [`${name}.worker`, `workers/${name}.worker.ts`])),
    },
  });
  const typePackages = await declarePackage({
    root,
    outDir: join(folder, 'types'),
    entries: Object.values(entries).map((source) => source.replace(/^src\//, '')),
  });
  writeFileSync(join(folder, 'types', 'worker.d.ts'), 'export {};\n');
  writeFileSync(join(folder, 'LICENCES-OF-OTHERS.md'), licences);
  /** @param {string} name @param {unknown} value */
  const writeJson = (name, value) =>
    writeFileSync(join(folder, name), `${JSON.stringify(value, undefined, 2)}\n`);
  const { manifest, htmlData } = await describeElements({ root, entry: 'dist/element.js' });
  writeJson('custom-elements.json', manifest);
  writeJson('html-custom-data.json', htmlData);
  writeJson('models.json', catalogue(root));
  writeJson('package.json', packageJson(root, typePackages));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  copyFileSync(join(root, 'docs', 'package.md'), join(folder, 'README.md'));
  const packed = await runCommand(['npm', 'pack', '--json', '--ignore-scripts', '--loglevel', 'error'], {
    cwd: folder,
    timeoutMs: 10 * 60_000,
  });
  const [{ filename }] = packed.code === 0 ? JSON.parse(packed.output) : [{ filename: '' }];
  if (filename === '') {
    throw new SetupFailure({
      what: 'The package could not be packed.',
      why: packed.output.trim().split('\n').slice(-20).join('\n'),
      remedy: 'Correct what npm names.',
    });
  }
  renameSync(join(folder, filename), tarball);
  writeFileSync(stampPath, stamp);
  print(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  return { folder, tarball };
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const root = fileURLToPath(new URL('..', import.meta.url));
    await ensurePackage({ root, print: console.log, force: true });
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
