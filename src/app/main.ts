/**
 * The home page's script: the element with its session, and what every page of the site does.
 */
import './element.ts';
import { startPage } from './start-page.ts';

startPage({
  mayReload: () => {
    const agent = document.querySelector('slm-agent');
    return agent === null || (!agent.running && agent.isUntouched);
  },
});
