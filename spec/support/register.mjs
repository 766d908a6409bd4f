// Lets this process import TypeScript and Lua. Worker processes: `node --import ./spec/support/register.mjs x.ts`.
import { register as registerHook } from 'node:module';
import { register as registerTypeScript } from 'tsx/esm/api';

registerTypeScript();
// Registered last, asked first.
registerHook('./luaHook.mjs', import.meta.url);
