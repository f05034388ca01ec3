/**
 * The thread's side of the sandbox: compiles the interpreter once, and makes one for each job. Knows how it is fetched; what a
 * job is stands in run-code.
 */
import wasmUrl from '@jitl/quickjs-wasmfile-release-sync/wasm?url';
import { Fault, faultCodes, messageOf } from '../../protocol/fault.ts';
import type { SandboxApi, SandboxJob, SandboxResult } from '../../protocol/sandbox.ts';
import { makeInterpreter } from './interpreter.ts';
import { runCode } from './run-code.ts';

export class SandboxHost implements SandboxApi {
  #wasm: Promise<WebAssembly.Module> | undefined;

  /** Rejects with Fault `unsupported` where the interpreter cannot be had. */
  async prepare(): Promise<void> {
    await this.#compiled();
  }

  async run(job: SandboxJob): Promise<SandboxResult> {
    const { memoryBytes } = job.limits;
    return runCode(await makeInterpreter({ wasm: await this.#compiled(), memoryBytes }), job);
  }

  async #compiled(): Promise<WebAssembly.Module> {
    this.#wasm ??= compile();
    try {
      return await this.#wasm;
    } catch (error) {
      this.#wasm = undefined;
      throw new Fault(
        {
          code: faultCodes.unsupported,
          message: 'The interpreter for code of tools could not be loaded.',
          reason: messageOf(error),
          remedy: 'Check the network, and reload the page.',
        },
        { cause: error },
      );
    }
  }
}

async function compile(): Promise<WebAssembly.Module> {
  const response = await fetch(wasmUrl);
  if (!response.ok) throw new Error(`Its file was answered with status ${String(response.status)}.`);
  return await WebAssembly.compile(await response.arrayBuffer());
}
