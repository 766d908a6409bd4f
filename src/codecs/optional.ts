import { createRequire } from 'node:module';
import { QueueError } from '../errors.ts';

// Codecs are synchronous, so what they need cannot be imported when it is first used. This works in both builds:
// rollup gives the CommonJS one an import.meta.url of its own.
const require = createRequire(import.meta.url);

/**
 * A package that is loaded when it is first used, since most users never do.
 *
 * Throws     QueueError CODEC, saying what to install, when it is not there.
 */
export const optional = <Package>(codec: string, name: string, load: (id: string) => unknown = require) => {
  let loaded: Package | undefined;
  return (): Package => {
    try {
      loaded ??= load(name) as Package;
      return loaded;
    } catch (cause) {
      if ((cause as { code?: unknown } | null)?.code !== 'MODULE_NOT_FOUND') throw cause;
      const message = `The codec ${codec} needs the package ${name}, which is not here: npm install ${name}`;
      throw new QueueError('CODEC', message, { cause, heals: false });
    }
  };
};
