/**
 * A command line from what was typed to its exit code. Knows what a user is told when it goes wrong; nothing of the work.
 */
import { explain, reasonOf } from './failure.mjs';
import { UsageError } from './read-arguments.mjs';

/**
 * Reads what was typed and runs it. The exit code is what `run` returns, 0 without; 2 with the usage where something was
 * typed wrong; 1 with the reason where the work failed, in one last line too where `failed` begins it.
 * @template Typed
 * @param {{
 *   read: (words: string[]) => Typed | 'help',
 *   usage: string,
 *   run: (typed: Typed) => Promise<number | void>,
 *   failed?: string,
 * }} command
 */
export async function runCommandLine({ read, usage, run, failed }) {
  try {
    const typed = read(process.argv.slice(2));
    if (typed === 'help') console.log(usage);
    else process.exitCode = (await run(typed)) ?? 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      process.exitCode = 2;
      return;
    }
    console.error(explain(error));
    if (failed !== undefined) console.error(`\n${failed} ${reasonOf(error).split('\n')[0] ?? ''}`);
    process.exitCode = 1;
  }
}
