/** How much a router has to see before it judges. Apart from the fit, so that a page can say so without it. */

/** Below so many examples, or with fewer of either kind, nothing is learned. */
export const leastExamples = { all: 40, ofEach: 8 } as const;
