/** Name of the journal's database where nobody chose another. Apart from the journal, which is fetched when it is needed. */
export const defaultJournalName = 'smallworks-journal';
