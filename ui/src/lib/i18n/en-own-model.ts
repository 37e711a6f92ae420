/** A conversation that wants a model of its own. */
export const ownModel = {
  builtIn: 'the built-in model',
  next: (wanted: string) => `The next answer here comes from ${wanted}. It is loaded for it.`,
  now: 'Load it now',
  loading: (wanted: string) => `Loading ${wanted}, which answers here…`,
  refused: (wanted: string) => `Could not load ${wanted}, which is meant to answer here`,
  settle: (loaded: string) => `Answer with ${loaded}`,
  another: 'Other model…',
};
