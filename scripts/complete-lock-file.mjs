/**
 * Keeps package-lock.json fit for `npm ci` on every platform. npm leaves other platforms' binaries out of the file when
 * the registry it was made against does not carry them, and `npm ci` then refuses the file everywhere. Their versions
 * are pinned by the packages that ask for them, and their names say where they run: enough for a whole entry.
 * Run it after adding a package: `node scripts/complete-lock-file.mjs`. Uses Node's own modules only.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [dev]
 * @property {string[]} [cpu]
 * @property {string[]} [os]
 * @property {string[]} [libc]
 * @property {Readonly<Record<string, string>>} [dependencies]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 */

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'x64',
  'wasm32',
];

const pinned = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/**
 * Where a package of this name runs, by the customary names of platform packages (`linux-arm-gnueabihf`).
 * @param {string} name
 * @returns {Pick<LockEntry, 'cpu' | 'os' | 'libc'>}
 */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu')) && os.includes('linux')
      ? ['glibc']
      : [];
  return {
    ...(cpu.length === 0 ? {} : { cpu }),
    ...(os.length === 0 ? {} : { os }),
    ...(libc.length === 0 ? {} : { libc }),
  };
}

/**
 * Where Node would find a dependency from a package's folder: its own node_modules, then each one above.
 * @param {{ packages: Readonly<Record<string, LockEntry>>, from: string, name: string }} place `from`: key of the package.
 * @returns {string | undefined} The key of the entry.
 */
function find({ packages, from, name }) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/')))) {
    const key = `${folder}${folder === '' || folder.endsWith('/') ? '' : '/'}node_modules/${name}`;
    if (key in packages) return key;
    if (folder === '') return undefined;
  }
}

/**
 * Dependencies that the file names and has no entry for, or only one of another version than the pinned one.
 * `npm ci` refuses a file that has any.
 * @param {Readonly<Record<string, LockEntry>>} packages
 * @returns {{ from: string, name: string, version: string, optional: boolean }[]}
 */
export function findMissing(packages) {
  return Object.entries(packages).flatMap(([from, entry]) => {
    const optional = entry.optionalDependencies ?? {};
    return Object.entries({ ...entry.dependencies, ...optional })
      .filter(([name, version]) => {
        const found = find({ packages, from, name });
        return found === undefined || (pinned.test(version) && packages[found]?.version !== version);
      })
      .map(([name, version]) => ({ from, name, version, optional: name in optional }));
  });
}

/**
 * The same packages with an entry for every optional dependency that had none, in npm's order.
 * @param {Readonly<Record<string, LockEntry>>} packages
 * @returns {Record<string, LockEntry>}
 * @throws {Error} where a missing package is not optional or its version is not pinned: only npm can tell then.
 */
export function completePackages(packages) {
  /** @type {Record<string, LockEntry>} */
  const complete = { ...packages };
  // An entry at the top can hide what a deeper package had found missing at another version: again until none is.
  for (let missing = findMissing(complete); missing.length > 0; missing = findMissing(complete)) {
    // Shallow parents first: they own the place at the top, as with npm.
    for (const { from, name, version, optional } of missing.toSorted(
      (one, other) => one.from.length - other.from.length,
    )) {
      if (!optional || !pinned.test(version)) {
        throw new Error(`${from} needs ${name}@${version}, which package-lock.json lacks. Run: npm install`);
      }
      const top = `node_modules/${name}`;
      complete[top in complete && complete[top]?.version !== version ? `${from}/node_modules/${name}` : top] =
        {
          version,
          ...platformOf(name),
          ...(packages[from]?.dev === true ? { dev: true } : {}),
          optional: true,
        };
    }
  }
  return Object.fromEntries(
    Object.entries(complete).toSorted(([one], [other]) => one.localeCompare(other, 'en')),
  );
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const packages = completePackages(lock.packages);
  const added = Object.keys(packages).length - Object.keys(lock.packages).length;
  if (added > 0) writeFileSync(path, `${JSON.stringify({ ...lock, packages }, undefined, 2)}\n`);
  console.log(`package-lock.json: ${added} entries added.`);
}
