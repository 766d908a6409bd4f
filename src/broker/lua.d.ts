/** A Lua script, imported as text: inlined by the build, read by a loader hook in specs. */
declare module '*.lua' {
  const text: string;
  export default text;
}
