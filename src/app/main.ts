/**
 * The home page's script: the element with its session, and the site for offline use.
 */
import './element.ts';
import { registerOffline } from './offline.ts';

void registerOffline({
  mayReload: () => {
    const agent = document.querySelector('slm-agent');
    return agent === null || (!agent.running && agent.isUntouched);
  },
});
