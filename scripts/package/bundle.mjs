/**
 * Bundles the package's entries with everything they need, as ES modules in one flat folder. Workers and WASM files stay
 * files beside the scripts, named by `new URL('./file', import.meta.url)`: bundlers find them there, and browsers do
 * without any. Knows rolldown; nothing of what the entries do.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';

const workerUrl = /new URL\(\s*'[^']*\/workers\/([a-z-]+)\.worker\.ts',\s*import\.meta\.url\)/g;

/** Points `new Worker(new URL(…))` of the sources at the built workers, which lie beside every chunk. */
function workerFiles() {
  return {
    name: 'worker-files',
    transform: {
      filter: { code: workerUrl },
      /** @param {string} code */
      handler: (code) => code.replaceAll(workerUrl, "new URL('./$1.worker.js', import.meta.url)"),
    },
  };
}

/** `file?url` becomes a file beside the chunks, and its address. */
function assetFiles() {
  return {
    name: 'asset-files',
    resolveId: {
      filter: { id: /\?url$/ },
      /**
       * @this {import('rolldown').PluginContext}
       * @param {string} source
       * @param {string | undefined} importer
       */
      async handler(source, importer) {
        const resolved = await this.resolve(source.replace(/\?url$/, ''), importer);
        return resolved === null ? null : `${resolved.id}?url`;
      },
    },
    load: {
      filter: { id: /\?url$/ },
      /**
       * @this {import('rolldown').PluginContext}
       * @param {string} id
       */
      handler(id) {
        const file = id.replace(/\?url$/, '');
        const fileName = basename(file);
        this.emitFile({ type: 'asset', fileName, source: readFileSync(file) });
        return `export default new URL(${JSON.stringify(`./${fileName}`)}, import.meta.url).href;`;
      },
    },
  };
}

/**
 * The folder of the package that a module belongs to, or undefined: it is our own.
 * @param {string} moduleId
 */
function packageFolder(moduleId) {
  const start = moduleId.lastIndexOf('/node_modules/');
  if (start < 0) return undefined;
  const [scope = '', name = ''] = moduleId.slice(start + '/node_modules/'.length).split('/');
  return join(moduleId.slice(0, start), 'node_modules', scope.startsWith('@') ? join(scope, name) : scope);
}

/**
 * The licences of everything that is bundled, as their texts ask.
 * @param {Iterable<string>} moduleIds
 */
function licenceTexts(moduleIds) {
  const folders = new Set([...moduleIds].map(packageFolder).filter((folder) => folder !== undefined));
  const entries = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    return `## ${name} ${version} (${license})\n${text}`;
  });
  return `# Licences of what is bundled\n\n${entries.toSorted().join('\n')}`;
}

/**
 * A chunk for each module of ours and one for each library: elements have static parts that no bundler dares to drop, but a
 * file of which nothing is used falls out as a whole. Entries are left to be entries.
 * @param {readonly string[]} sources absolute paths of the entries
 */
function ownChunks(sources) {
  return {
    debugName: 'own-chunks',
    /** @param {string} moduleId */
    name(moduleId) {
      const folder = packageFolder(moduleId);
      if (folder !== undefined) {
        const library = folder.slice(folder.lastIndexOf('/node_modules/') + 14);
        // Its builds are one whole file each, of which a page needs one.
        const build = library === 'onnxruntime-web' ? `-${basename(moduleId, '.mjs')}` : '';
        return `${library}${build}`.replaceAll('/', '-').replace('@', '');
      }
      const start = moduleId.lastIndexOf('/src/');
      if (start < 0 || sources.includes(moduleId)) return null;
      return moduleId
        .slice(start + 5)
        .replace(/\.ts(\?.*)?$/, '')
        .replaceAll('/', '-');
    },
  };
}

/**
 * Writes the bundle.
 * @param {{ root: string, input: Readonly<Record<string, string>>, outDir: string }} options `input`: name of the output
 *   file, without `.js`, to its source below the root.
 * @returns {Promise<{ files: readonly string[], licences: string }>} names of the written files.
 */
export async function bundlePackage({ root, input, outDir }) {
  const sources = Object.values(input).map((source) => join(root, source));
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.keys(input).map((name, index) => [name, sources[index] ?? ''])),
    platform: 'browser',
    tsconfig: join(root, 'tsconfig.json'),
    // Needed to split by module. Nothing is added to an entry: what others share is in a chunk of its own.
    preserveEntrySignatures: 'allow-extension',
    transform: {
      target: 'es2023',
      define: {
        'import.meta.env.DEV': 'false',
        'import.meta.env.MODE': '"package"',
        'process.env.NODE_ENV': '"production"',
      },
    },
    plugins: [workerFiles(), assetFiles()],
    // Named by libraries that also run in Node, where only Node comes by.
    external: ['module', 'url'],
  });
  try {
    const { output } = await bundle.write({
      dir: outDir,
      format: 'es',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunk-[name]-[hash].js',
      assetFileNames: '[name][extname]',
      codeSplitting: {
        groups: [ownChunks(sources)],
        includeDependenciesRecursively: false,
      },
    });
    const moduleIds = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [file.fileName]));
    return { files: output.map(({ fileName }) => fileName), licences: licenceTexts(moduleIds) };
  } finally {
    await bundle.close();
  }
}
