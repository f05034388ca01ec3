/**
 * `npm run agent -- "GOAL"`: one goal, run by the site's own agent in headless Chromium. Prints the steps as they
 * happen and the answer last. Exit code: 0 answered, 3 refused (a value is missing, or no tool fits), 1 failed.
 */
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { runCommandLine } = await import('./command-line.mjs');
const { agentUsage, readAgentArguments } = await import('./read-arguments.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {Readonly<Record<import('../src/protocol/task-event.ts').RunOutcome['type'], number>>} */
const exitCodes = { answered: 0, refused: 3, failed: 1, stopped: 1 };

/**
 * @param {import('./read-arguments.mjs').AgentArguments} typed
 * @returns {Promise<number>} The exit code.
 */
async function runGoal({ goal, approve, json, model }) {
  const print = console.error;
  const { ensureDependencies } = await import('./dependencies.mjs');
  await ensureDependencies({ root, print });
  const { openLab } = await import('./lab-browser.mjs');
  const { describeEvent } = await import('./describe-event.mjs');
  const { page, close } = await openLab({ root, model, print });
  try {
    await page.exposeFunction(
      'onLabEvent',
      (/** @type {import('./describe-event.mjs').TaskEvent} */ event) => {
        if (json) console.log(JSON.stringify(event));
        else for (const line of describeEvent(event)) console.log(line);
      },
    );
    const outcome = await page.evaluate((options) => window.lab.run(options), { goal, approve, model });
    return exitCodes[outcome.type];
  } finally {
    await close();
  }
}

await runCommandLine({ read: readAgentArguments, usage: agentUsage, run: runGoal });
