// As register.mjs, and `import … from 'millrace'` is src/index.ts: for programs written as a user would.
import { register } from 'node:module';
import './register.mjs';

register('./selfHook.mjs', import.meta.url);
