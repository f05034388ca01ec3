/**
 * How much personal data is found, as it was measured: what a data set's card tells of masked rows. A test holds these figures to
 * the table of docs/masking.md, where they come from.
 */
export const measuredRecall = {
  /** Of all types, 0 to 1. */
  recall: 0.97,
  measuredOn:
    '1,867 pieces of personal data in made-up sentences of 24 locales (docs/masking.md of smallworks)',
} as const;
