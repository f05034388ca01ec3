/** What may be imported of the package: entry, without its leading `./`, to its source. */
export const entries = {
  index: 'src/index.ts',
  element: 'src/app/element.ts',
  openai: 'src/entries/openai.ts',
  'ai-sdk': 'src/entries/ai-sdk.ts',
  'prompt-api': 'src/entries/prompt-api.ts',
};
