/** The page with three workflows: they are run from a form, and are tools of the agent on the same page. */
import { attachAgent, createSession, defineElements, startPage } from '../../src/index.ts';
import { formFilling } from './form-filling.ts';
import { inboxTriage } from './inbox-triage.ts';
import { weeklyReview } from './weekly-review.ts';
import { pageTexts } from '../page-texts.ts';

const session = createSession({ workflows: [inboxTriage, formFilling, weeklyReview] });

startPage({ texts: pageTexts('workflows'), mayReload: () => !session.state.running });
defineElements();
const agent = document.querySelector('slm-agent');
if (agent !== null) {
  agent.examples = ['Do my weekly review with a focus on home.'];
  attachAgent(agent, session);
}
