/** A tool for rows of tool calls, in the form of the data sets. */
export const playMusic = {
  type: 'function',
  function: {
    name: 'PlayMusic',
    description: 'Plays music.',
    parameters: {
      type: 'object',
      properties: { artist: { type: 'string', maxLength: 30 } },
      required: ['artist'],
    },
  },
};
