/**
 * `npm run kernel`: workers/kernel (AssemblyScript) -> what runs of it, which is kept in the repository so that nobody has
 * to compile it; a test compares the two. The model's program is a file; that of logits is small, and a text in a module.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
export const kernelFile = join(root, 'src/engine/kernel/llama.wasm');
export const logitsFile = join(root, 'src/engine/transformers/logits-program.ts');

/**
 * @typedef {object} Host
 * @property {(name: string, base: string) => string | null} readFile
 * @property {(name: string, contents: string | Uint8Array) => void} writeFile
 * @property {{ write: (text: string | Uint8Array) => void }} stderr
 * @typedef {{ main: (options: readonly string[], host: Host) => Promise<{ error: Error | null }> }} Compiler
 */

/** The model's program as bytes. Rejects with the compiler's messages. */
export async function compileKernel() {
  return compile('workers/kernel/llama.ts', [
    '--enable=relaxed-simd',
    '--enable=threads',
    '--importMemory',
    '--noExportMemory',
    '--sharedMemory',
    '--initialMemory=1',
    '--maximumMemory=65536',
  ]);
}

/** The text of the module that holds the program of logits. Rejects with the compiler's messages. */
export async function compileLogits() {
  const binary = await compile('workers/kernel/logits.ts', []);
  const text = Buffer.from(binary).toString('base64');
  const lines = text.match(/.{1,96}/g) ?? [];
  return `/** workers/kernel/logits.ts, compiled by \`npm run kernel\`; base64. */
export const logitsProgram = [
${lines.map((line) => `  '${line}',\n`).join('')}].join('');
`;
}

/**
 * @param {string} source
 * @param {readonly string[]} options
 */
async function compile(source, options) {
  // Not by its literal name: its types declare another Array for everybody.
  const name = 'assemblyscript/asc';
  /** @type {{ default: Compiler }} */
  const { default: asc } = await import(name);
  /** @type {Uint8Array | undefined} */
  let binary;
  let said = '';
  const { error } = await asc.main(
    [source, '--outFile=program.wasm', '-O3', '--noAssert', '--runtime=stub', '--enable=simd', ...options],
    {
      readFile: (file, base) => {
        try {
          return readFileSync(join(root, base === '.' ? '' : base, file), 'utf8');
        } catch {
          // The compiler asks for names that may be there.
          return null;
        }
      },
      stderr: {
        write: (text) => {
          said += String(text);
        },
      },
      writeFile: (_name, contents) => {
        binary = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(said === '' ? String(error) : said);
  return binary;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = await compileKernel();
  writeFileSync(kernelFile, binary);
  console.error(`${kernelFile}: ${String(binary.byteLength)} bytes.`);
  const text = await compileLogits();
  writeFileSync(logitsFile, text);
  console.error(`${logitsFile}: ${String(text.length)} characters.`);
}
