import { readFileSync } from 'node:fs';
import { dts } from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';

// One line per entry point; each also needs its lines in "exports" of package.json.
const entries = {
  index: 'src/index.ts',
  'rq/index': 'src/rq/index.ts',
  'testing/index': 'src/testing/index.ts',
};

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const packages = Object.keys({ ...dependencies, ...peerDependencies });
const external = (id) => id.startsWith('node:') || packages.some((name) => id === name || id.startsWith(`${name}/`));

// Scripts are inlined as text: nothing is read from disk at run time.
const lua = {
  name: 'lua',
  transform: (text, id) =>
    id.endsWith('.lua') ? { code: `export default ${JSON.stringify(text)};`, map: null } : null,
};

// One output module per source module: who imports an operator alone gets neither ioredis nor Lua.
const javascript = (format, extension) => ({
  dir: 'dist',
  format,
  exports: 'named',
  interop: 'auto',
  preserveModules: true,
  preserveModulesRoot: 'src',
  entryFileNames: ({ name }) => `${name.replace(/\.lua$/, '-lua')}${extension}`,
  sourcemap: true,
});

const types = (extension) => ({
  input: entries,
  external: (id) => external(id) || id.endsWith('.lua'),
  plugins: [dts({ tsconfig: 'tsconfig.json' })],
  output: {
    dir: 'dist',
    format: 'es',
    entryFileNames: `[name]${extension}`,
    chunkFileNames: `types/[name]${extension}`,
  },
});

const strict = (warning, warn) => {
  if (['CIRCULAR_DEPENDENCY', 'UNRESOLVED_IMPORT'].includes(warning.code)) throw new Error(warning.message);
  warn(warning);
};

const code = {
  input: entries,
  external,
  plugins: [lua, esbuild({ target: 'node20', tsconfig: 'tsconfig.json' })],
  output: [javascript('es', '.js'), javascript('cjs', '.cjs')],
};

// `rollup -c --configCode` leaves the types out, for whoever only wants to run it.
export default ({ configCode }) =>
  (configCode ? [code] : [code, types('.d.ts'), types('.d.cts')]).map((config) => ({ onwarn: strict, ...config }));
