// A module hook: the package under its own name is its source.
const SELF = {
  millrace: new URL('../../src/index.ts', import.meta.url).href,
  'millrace/testing': new URL('../../src/testing/index.ts', import.meta.url).href,
};

export const resolve = (specifier, context, nextResolve) => nextResolve(SELF[specifier] ?? specifier, context);
