/** What every page of this site does first: trusts its own scripts, speaks its reader's language, and is kept for offline use. */
import { registerOffline } from './offline.ts';
import { startPageLanguage } from './page-language.ts';
import { trustOwnScripts } from './trusted-scripts.ts';

export interface StartPageOptions {
  /** Whether a reload would lose nothing: needed once, where the host sends no isolation headers. Absent: it never may. */
  readonly mayReload?: () => boolean;
  /** `english`: the page is written in one language only, and offers no other. */
  readonly texts?: 'translated' | 'english';
}

export function startPage({ mayReload = () => false, texts = 'translated' }: StartPageOptions = {}): void {
  trustOwnScripts();
  if (texts === 'translated') void startPageLanguage();
  void registerOffline({ mayReload });
}
