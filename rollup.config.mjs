import { readFileSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import resolve from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';
import { dts } from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';
import license from 'rollup-plugin-license';

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
  const theirs = warning.ids?.every((id) => id.includes('node_modules'));
  if (['CIRCULAR_DEPENDENCY', 'UNRESOLVED_IMPORT'].includes(warning.code) && !theirs) throw new Error(warning.message);
  warn(warning);
};

const code = {
  input: entries,
  external,
  plugins: [lua, esbuild({ target: 'node20', tsconfig: 'tsconfig.json' })],
  output: [javascript('es', '.js'), javascript('cjs', '.cjs')],
};

const json = {
  name: 'json',
  transform: (text, id) => (id.endsWith('.json') ? { code: `export default ${text};`, map: null } : null),
};

// The command line, in one piece: what it alone needs is bundled, so that who uses the library does not install it.
const commandLine = {
  input: { cli: 'src/cli/main.ts' },
  external: (id) => external(id) || id === 'react-devtools-core',
  plugins: [
    lua,
    json,
    replace({
      preventAssignment: true,
      values: { 'process.env.NODE_ENV': '"production"', "process.env['DEV']": '"false"' },
    }),
    resolve({ exportConditions: ['node'], preferBuiltins: true }),
    commonjs(),
    esbuild({ target: 'node20', tsconfig: 'tsconfig.json', jsx: 'automatic' }),
    license({
      thirdParty: {
        allow: {
          test: '(MIT OR ISC OR BSD-2-Clause OR BSD-3-Clause OR 0BSD)',
          failOnUnlicensed: true,
          failOnViolation: true,
        },
        output: 'dist/cli-licenses.txt',
      },
    }),
  ],
  output: { dir: 'dist', format: 'es', entryFileNames: '[name].js', chunkFileNames: 'cli/[name].js' },
};

// `millrace demo`: the demo of the README, for who has no clone of ours. It finds the library by its name, as all do.
const demo = {
  input: { demo: 'examples/demo.mjs', worker: 'examples/demo/worker.mjs' },
  external: (id) => external(id) || id === 'millrace',
  plugins: [resolve({ exportConditions: ['node'], preferBuiltins: true }), commonjs()],
  output: { dir: 'dist/demo', format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
};

// `rollup -c --configCode` leaves the types out, for whoever only wants to run it.
export default ({ configCode }) =>
  (configCode ? [code, commandLine, demo] : [code, commandLine, demo, types('.d.ts'), types('.d.cts')]).map(
    (config) => ({
      onwarn: strict,
      ...config,
    }),
  );
