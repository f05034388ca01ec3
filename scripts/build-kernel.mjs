/**
 * `npm run kernel`: workers/kernel (AssemblyScript) -> src/engine/kernel/llama.wasm, which is kept in the repository so that
 * nobody has to compile it; a test compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
export const kernelFile = join(root, 'src/engine/kernel/llama.wasm');

/**
 * @typedef {object} Host
 * @property {(name: string, base: string) => string | null} readFile
 * @property {(name: string, contents: string | Uint8Array) => void} writeFile
 * @property {{ write: (text: string | Uint8Array) => void }} stderr
 * @typedef {{ main: (options: readonly string[], host: Host) => Promise<{ error: Error | null }> }} Compiler
 */

/** The program as bytes. Rejects with the compiler's messages. */
export async function compileKernel() {
  // Not by its literal name: its types declare another Array for everybody.
  const name = 'assemblyscript/asc';
  /** @type {{ default: Compiler }} */
  const { default: asc } = await import(name);
  /** @type {Uint8Array | undefined} */
  let binary;
  let said = '';
  const { error } = await asc.main(
    [
      'workers/kernel/llama.ts',
      '--outFile=llama.wasm',
      '-O3',
      '--noAssert',
      '--runtime=stub',
      '--enable=simd',
      '--enable=relaxed-simd',
      '--enable=threads',
      '--importMemory',
      '--noExportMemory',
      '--sharedMemory',
      '--initialMemory=1',
      '--maximumMemory=65536',
    ],
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
}
